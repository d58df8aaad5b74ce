import { beforeEach, expect, test, vi } from "vitest";
import { createTokenStore } from "../tokenStore";

const items = new Map<string, string>();
const storage = () => ({
  getItem: (key: string) => items.get(key) ?? null,
  setItem: (key: string, value: string) => void items.set(key, value),
  removeItem: (key: string) => void items.delete(key),
});

beforeEach(() => items.clear());

function forbidden(): never {
  throw new DOMException("The operation is insecure.", "SecurityError");
}

test("starts without a token", () => {
  expect(createTokenStore(storage).current()).toEqual({ token: null, person: null, notice: null });
});

test("a kept token survives a reload", () => {
  createTokenStore(storage).keep("own", "barbara");
  expect(createTokenStore(storage).current()).toEqual({
    token: "own",
    person: { name: "barbara", username: "barbara" },
    notice: null,
  });
});

test("what is no token of this version signs no one in", () => {
  items.set("logbook.token", "own");
  expect(createTokenStore(storage).current().token).toBeNull();
});

test("a forgotten token is still gone after a reload", () => {
  const store = createTokenStore(storage);
  store.keep("own", "barbara");
  store.forget();
  expect(store.current()).toEqual({ token: null, person: null, notice: null });
  expect(createTokenStore(storage).current().token).toBeNull();
});

test("forget may set a notice, which the next token clears", () => {
  const store = createTokenStore(storage);
  store.forget("Expired.");
  expect(store.current().notice).toBe("Expired.");
  store.keep("own", "barbara");
  expect(store.current().notice).toBeNull();
});

test("listeners are notified until they unsubscribe", () => {
  const store = createTokenStore(storage);
  const listener = vi.fn();
  const leave = store.subscribe(listener);
  store.keep("own", "barbara");
  leave();
  store.forget();
  expect(listener).toHaveBeenCalledTimes(1);
});

test("where storage is forbidden the token lives in the page", () => {
  const store = createTokenStore(forbidden);
  store.keep("own", "barbara");
  expect(store.current().token).toBe("own");
});
