import { BrowserAuthError } from "@azure/msal-browser";
import { expect, test } from "vitest";
import {
  ADA,
  ADA_ELSEWHERE,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";
import { AccessTokens } from "../microsoft/accessToken.js";
import type { InteractionRequest } from "../microsoft/windows/interaction.js";

interface Demanded {
  readonly request: InteractionRequest;
  keep(token: string): void;
}

function makeTokens(msal: ScriptedMsal): { tokens: AccessTokens; demanded: Demanded[] } {
  const demanded: Demanded[] = [];
  const tokens = new AccessTokens(msal, CONFIG.scopes, (request, keep) => {
    demanded.push({ request, keep });
    throw new EntranceError("interaction_required");
  });
  return { tokens, demanded };
}

test("a signed-in person's token comes silently", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("one");
  expect(await makeTokens(msal).tokens.get()).toBe("one");
  expect(msal.silents).toEqual([{ scopes: CONFIG.scopes, account: ADA }]);
});

test("without an account there is no token: not_signed_in", async () => {
  await expect(makeTokens(scriptedMsal()).tokens.get()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("callers at the same time share one request", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("one");
  const { tokens } = makeTokens(msal);
  expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(["one", "one", "one"]);
  expect(msal.silents).toHaveLength(1);
});

test("a later caller asks again", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("one");
  const { tokens } = makeTokens(msal);
  await tokens.get();
  await tokens.get();
  expect(msal.silents).toHaveLength(2);
});

test("a shared failure does not stick", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("post_request_failed", "42"));
  const { tokens } = makeTokens(msal);
  await expect(tokens.get()).rejects.toMatchObject({ code: "microsoft_unreachable" });
  msal.onSilent = async () => answer("one");
  expect(await tokens.get()).toBe("one");
});

test("a refused token is renewed by force", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "new" : "old");
  expect(await makeTokens(msal).tokens.get({ refused: "old" })).toBe("new");
});

test("a refused token that was renewed meanwhile is not renewed again", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("new");
  expect(await makeTokens(msal).tokens.get({ refused: "old" })).toBe("new");
  expect(msal.silents.map(({ forceRefresh }) => forceRefresh)).toEqual([undefined]);
});

test("the claims of a challenge are passed on", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("with claims");
  await makeTokens(msal).tokens.get({ refused: "old", claims: "{}" });
  expect(msal.silents).toEqual([{ scopes: CONFIG.scopes, account: ADA, claims: "{}" }]);
});

test("when Microsoft requires interaction, the person is demanded for the same request", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  const { tokens, demanded } = makeTokens(msal);
  await expect(tokens.get({ claims: '{"a":1}' })).rejects.toMatchObject({ code: "interaction_required" });
  expect(demanded).toMatchObject([{ request: { scopes: CONFIG.scopes, account: ADA, claims: '{"a":1}' } }]);
});

test("claims that Microsoft requires take precedence", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired('{"b":2}'));
  const { tokens, demanded } = makeTokens(msal);
  await expect(tokens.get({ claims: '{"a":1}' })).rejects.toMatchObject({ code: "interaction_required" });
  expect(demanded[0]?.request.claims).toBe('{"b":2}');
});

test("a hidden frame without a response demands the person", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("timed_out", "42", "redirect_bridge_timeout"));
  await expect(makeTokens(msal).tokens.get()).rejects.toMatchObject({ code: "interaction_required" });
});

test("the token of the window is the answer to the challenge that it was opened for, and to no other", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  const { tokens, demanded } = makeTokens(msal);
  await expect(tokens.get({ refused: "old", claims: "1" })).rejects.toMatchObject({ code: "interaction_required" });
  demanded[0]?.keep("from the window");
  expect(await tokens.get({ refused: "old", claims: "1" })).toBe("from the window");
  await expect(tokens.get({ refused: "old", claims: "2" })).rejects.toMatchObject({ code: "interaction_required" });
});

test("a hidden frame that another account answers: account_changed", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("Bob's", BOB);
  await expect(makeTokens(msal).tokens.get()).rejects.toMatchObject({ code: "account_changed" });
});

test("a guest's cached token is accepted although MSAL reports their home tenant", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("cached", ADA_ELSEWHERE, true);
  expect(await makeTokens(msal).tokens.get()).toBe("cached");
});

test("the same home account in two tenants shares no request", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ account }) => answer(account?.tenantId ?? "", account);
  const { tokens } = makeTokens(msal);
  const first = tokens.get().catch((error) => error.code);
  msal.setActiveAccount(ADA_ELSEWHERE);
  expect(await Promise.all([first, tokens.get()])).toEqual(["account_changed", ADA_ELSEWHERE.tenantId]);
});

test("a forced renewal that was refused as well is not forced again", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "new" : "old");
  const { tokens } = makeTokens(msal);
  expect(await tokens.get({ refused: "old" })).toBe("new");
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "newer" : "new");
  expect(await tokens.get({ refused: "new" })).toBe("new");
});

test("a token that came another way since then is renewed", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "new" : "old");
  const { tokens } = makeTokens(msal);
  await tokens.get({ refused: "old" });
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "newer" : "signed in again");
  expect(await tokens.get({ refused: "signed in again" })).toBe("newer");
});

test("each claims challenge is answered once, for all who were refused with it", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ claims }) => answer(`with ${claims}`);
  const { tokens } = makeTokens(msal);
  const refusals = [
    { refused: "old", claims: "1" },
    { refused: "older", claims: "1" },
    { refused: "with 1", claims: "2" },
    { refused: "with 1", claims: "1" },
  ];
  const renewed: string[] = [];
  for (const refusal of refusals) renewed.push(await tokens.get(refusal));
  expect(renewed).toEqual(["with 1", "with 1", "with 2", "with 1"]);
  expect(msal.silents).toHaveLength(2);
});
