import { afterEach, expect, test } from "vitest";
import { ownLogin } from "../ownLogin";
import { tokens } from "../tokenStore";

afterEach(() => tokens.forget());

test("a token signs its person in, and proves each request", async () => {
  expect(ownLogin.account()).toBeNull();
  tokens.keep("own", "barbara");
  const headers = new Headers();
  await ownLogin.authorize(headers);
  expect(ownLogin.account()).toEqual({ name: "barbara", username: "barbara" });
  expect(headers.get("Authorization")).toBe("Bearer own");
});

test("a sign-out ends it without a word", async () => {
  tokens.keep("own", "barbara");
  await ownLogin.signOut();
  expect(tokens.current()).toEqual({ token: null, person: null, notice: null });
});

test("a token that the API refuses ends it with the reason", async () => {
  tokens.keep("old", "barbara");
  await ownLogin.refused?.();
  expect(ownLogin.account()).toBeNull();
  expect(tokens.current().notice).toBe("Your sign-in has expired. Please sign in again.");
});
