import { BrowserAuthError } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA,
  ADA_ELSEWHERE,
  answer,
  BOB,
  CONFIG,
  type FakeWindow,
  notAssigned,
  popupBlocked,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { answerChannel, toState } from "../bridge/answerChannel.js";
import { EntranceError } from "../errors.js";
import { interact, leavePage } from "../microsoft/windows/interaction.js";

const ATTEMPT = crypto.randomUUID();
const { signal } = new AbortController();

const REQUEST = { scopes: [...CONFIG.scopes], loginHint: "ada@contoso.example" };
const interactionInProgress = (): BrowserAuthError => new BrowserAuthError("interaction_in_progress", "42");

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
});
afterEach(() => vi.useRealTimers());

test("the window opens before anything is awaited", () => {
  const msal = scriptedMsal();
  interact(msal, REQUEST, signal);
  expect(msal.popups).toMatchObject([{ ...REQUEST, overrideInteractionInProgress: true }]);
});

test("the answer's account becomes the active one", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  expect((await interact(msal, REQUEST, signal).result).accessToken).toBe("one");
  expect(msal.getActiveAccount()).toBe(ADA);
});

test("a refusal is an EntranceError", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  await expect(interact(msal, REQUEST, signal).result).rejects.toMatchObject({ code: "not_assigned", aadsts: 50105 });
});

test("nothing is left subscribed after the end", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  await interact(msal, REQUEST, signal).result;
  expect([msal.subscribers(), vi.getTimerCount()]).toEqual([0, 0]);
});

test("a closed window ends the interaction within half a second", async () => {
  const msal = scriptedMsal();
  const { result } = interact(msal, REQUEST, signal);
  const refused = expect(result).rejects.toMatchObject({ code: "popup_closed" });
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await refused;
});

/** How often MSAL's interaction was ended: by one whose window cannot open. */
const endings = (msal: ScriptedMsal): number => msal.popups.filter((one) => one.popupWindowParent).length;

/** Opens a window that was seen at Microsoft's page. */
async function arrive(msal: ScriptedMsal): Promise<FakeWindow> {
  const popup = msal.openWindow();
  popup.arrived = true;
  await vi.advanceTimersByTimeAsync(400);
  return popup;
}

const closes = (msal: ScriptedMsal): Promise<void> =>
  expect(interact(msal, REQUEST, signal).result).rejects.toMatchObject({ code: "popup_closed" });

test("a closed window ends MSAL's interaction too, so that MSAL is free within a second", async () => {
  const msal = scriptedMsal();
  const refused = closes(msal);
  (await arrive(msal)).closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  expect(endings(msal)).toBe(1);
});

test("a window that looks closed as soon as it leaves may still answer, so MSAL's interaction goes on", async () => {
  const msal = scriptedMsal();
  const refused = closes(msal);
  const popup = msal.openWindow();
  popup.arrived = true;
  await vi.advanceTimersByTimeAsync(200);
  popup.closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  expect(endings(msal)).toBe(0);
});

test("so may a window that looked closed before the page had the focus", async () => {
  const msal = scriptedMsal();
  const refused = closes(msal);
  const popup = await arrive(msal);
  vi.mocked(document.hasFocus).mockReturnValue(false);
  popup.closed = true;
  await vi.advanceTimersByTimeAsync(500);
  vi.mocked(document.hasFocus).mockReturnValue(true);
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  expect(endings(msal)).toBe(0);
});

test("the closed window of an earlier interaction does not end the newest one", async () => {
  const msal = scriptedMsal();
  const refused = closes(msal);
  (await arrive(msal)).closed = true;
  interact(msal, REQUEST, signal);
  msal.openWindow();
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  expect(endings(msal)).toBe(0);
});

test("an open window does not", async () => {
  const msal = scriptedMsal();
  const { result } = interact(msal, REQUEST, signal);
  const ended = vi.fn();
  result.then(ended, ended);
  msal.openWindow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended).not.toHaveBeenCalled();
});

test("a window that only looks closed, because it isolates itself, keeps the focus and counts as open", async () => {
  vi.mocked(document.hasFocus).mockReturnValue(false);
  const msal = scriptedMsal();
  const { result } = interact(msal, REQUEST, signal);
  const ended = vi.fn();
  result.then(ended, ended);
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended).not.toHaveBeenCalled();
});

test("a window that closes after the bridge announced a response does not count as closed; the bridge gets an acknowledgement", async () => {
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("slow"))));
  const { result } = interact(msal, REQUEST, signal, ATTEMPT);
  expect(msal.popups[0]?.state).toBe(toState(ATTEMPT));
  const bridge = answerChannel(ATTEMPT);
  const popup = msal.openWindow();
  const told = new Promise((resolve) => bridge.addEventListener("message", ({ data }) => resolve(data)));
  bridge.postMessage("answered");
  expect(await told).toBe("heard");
  popup.closed = true;
  await vi.advanceTimersByTimeAsync(5_000);
  finish();
  expect((await result).accessToken).toBe("slow");
  bridge.close();
});

test("a response of a window that looked closed is acknowledged, too", async () => {
  const msal = scriptedMsal();
  const refused = expect(interact(msal, REQUEST, signal, ATTEMPT).result).rejects.toMatchObject({
    code: "popup_closed",
  });
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  const bridge = answerChannel(ATTEMPT);
  const told = new Promise((resolve) => bridge.addEventListener("message", ({ data }) => resolve(data)));
  bridge.postMessage("answered");
  expect(await told).toBe("heard");
  bridge.close();
});

test("an answer that comes after the window looked closed still signs in", async () => {
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("late"))));
  const refused = expect(interact(msal, REQUEST, signal).result).rejects.toMatchObject({ code: "popup_closed" });
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await refused;
  finish();
  await vi.advanceTimersByTimeAsync(0);
  expect(msal.getActiveAccount()).toBe(ADA);
});

test("a blocked window becomes a redirect with the same request", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(popupBlocked());
  void interact(msal, REQUEST, signal).result;
  await vi.advanceTimersByTimeAsync(0);
  expect(msal.redirects).toEqual([REQUEST]);
});

test("a redirect that fails is an EntranceError", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(popupBlocked());
  msal.onRedirect = async () => Promise.reject(new BrowserAuthError("redirect_in_iframe", "42"));
  await expect(interact(msal, REQUEST, signal).result).rejects.toMatchObject({ code: "popup_blocked" });
});

test("coming back from the redirect with the Back button is a cancelled sign-in", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(popupBlocked());
  msal.onRedirect = async () => Promise.reject(new BrowserAuthError("user_cancelled", "42"));
  await expect(interact(msal, REQUEST, signal).result).rejects.toMatchObject({ code: "sign_in_cancelled" });
});

test("an abort closes the window and ends MSAL's interaction", async () => {
  const msal = scriptedMsal();
  const giveUp = new AbortController();
  const { result } = interact(msal, REQUEST, giveUp.signal);
  const popup = msal.openWindow();
  giveUp.abort(new EntranceError("sign_in_cancelled"));
  await expect(result).rejects.toMatchObject({ code: "sign_in_cancelled" });
  expect(popup.closed).toBe(true);
  expect(msal.popups.at(-1)).toMatchObject({ overrideInteractionInProgress: true, scopes: [] });
});

test("bringToFront focuses an open window and says that a closed one is gone", () => {
  const msal = scriptedMsal();
  const interaction = interact(msal, REQUEST, signal);
  const popup = msal.openWindow();
  expect([interaction.bringToFront(), popup.focused]).toEqual([true, 1]);
  popup.closed = true;
  expect(interaction.bringToFront()).toBe(false);
});

test("an answered window is closed, but its interaction is under way until the token comes", async () => {
  const msal = scriptedMsal();
  const interaction = interact(msal, REQUEST, signal, ATTEMPT);
  const popup = msal.openWindow();
  const bridge = answerChannel(ATTEMPT);
  const told = new Promise((resolve) => bridge.addEventListener("message", resolve));
  bridge.postMessage("answered");
  await told;
  popup.closed = true;
  expect(interaction.bringToFront()).toBe(true);
  bridge.close();
});

test("a page that did not leave for the redirect may begin again", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(popupBlocked());
  const interaction = interact(msal, REQUEST, signal);
  expect(interaction.bringToFront()).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(interaction.bringToFront()).toBe(false);
});

test.each([
  ["no person", null, 1],
  ["another person", BOB, 1],
  ["the same person", ADA, 0],
])(
  "a response after an abort does not sign in; it is removed from the cache unless its account is active: %s",
  async (_, active, removed) => {
    const msal = scriptedMsal(active);
    const clearCache = vi.fn(async () => {});
    msal.clearCache = clearCache;
    let finish = (): void => {};
    msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("late"))));
    const giveUp = new AbortController();
    const onAnswer = vi.fn();
    const { result } = interact(msal, REQUEST, giveUp.signal, ATTEMPT, onAnswer);
    giveUp.abort(new EntranceError("sign_in_cancelled"));
    await expect(result).rejects.toMatchObject({ code: "sign_in_cancelled" });
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(msal.getActiveAccount()).toBe(active);
    expect(onAnswer).not.toHaveBeenCalled();
    expect(clearCache).toHaveBeenCalledTimes(removed);
  },
);

test.each([
  [null, true],
  [BOB, true],
  [ADA_ELSEWHERE, true],
  [ADA, false],
])("an answer says whether another person was active before", async (active, another) => {
  const msal = scriptedMsal(active);
  msal.onPopup = async () => answer("one");
  const onAnswer = vi.fn();
  await interact(msal, REQUEST, signal, ATTEMPT, onAnswer).result;
  expect(onAnswer).toHaveBeenCalledExactlyOnceWith(answer("one"), another);
});

test("leaving the page works at once when nothing is in the way", async () => {
  const leave = vi.fn(async () => {});
  await leavePage(scriptedMsal(), leave);
  expect(leave).toHaveBeenCalledOnce();
});

test("leaving the page ends an abandoned interaction first", async () => {
  const msal = scriptedMsal();
  const leave = vi.fn(async () => {}).mockRejectedValueOnce(interactionInProgress());
  await leavePage(msal, leave);
  expect([leave.mock.calls.length, msal.popups.length]).toEqual([2, 1]);
});

test("leaving the page passes on every other error", async () => {
  const leave = vi.fn(async () => Promise.reject(notAssigned()));
  await expect(leavePage(scriptedMsal(), leave)).rejects.toMatchObject({ errorNo: "50105" });
  expect(leave).toHaveBeenCalledOnce();
});
