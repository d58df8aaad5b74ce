/** Errors of two copies of this package on one page: their sessions are shared. */
import { expect, test, vi } from "vitest";
import { respondWith } from "../../__tests__/scriptedConnect.js";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";

const WRONG = { ...CONFIG, clientId: "" };

/** Loads the package once more, as a bundle does that has ES modules and CommonJS. */
async function anotherCopy() {
  vi.resetModules();
  const [session, graphql, live, connecting, { storeOf }] = await Promise.all([
    import("../../session.js"),
    import("../../graphql.js"),
    import("../../graphql-ws.js"),
    import("../own/connecting.js"),
    import("../storeOf.js"),
  ]);
  return { session, graphql, live, connecting, storeOf };
}

test("an error of one copy is one of the other, and no other error is", async () => {
  const [one, two] = [await anotherCopy(), await anotherCopy()];
  expect(one.session.EntranceError).not.toBe(two.session.EntranceError);
  const error = new one.session.EntranceError("network");
  expect([error instanceof two.session.EntranceError, two.session.isRetryable(error)]).toEqual([true, true]);
  const others = [new Error("network"), { ...error, code: "network" }, null, "network"];
  expect(others.map((other) => other instanceof two.session.EntranceError)).toEqual([false, false, false, false]);
});

test("an error of a subclass is an EntranceError, and not the other way round", () => {
  class Refused extends EntranceError {}
  const [refused, error] = [new Refused("network"), new EntranceError("network")];
  expect([refused instanceof Refused, refused instanceof EntranceError]).toEqual([true, true]);
  expect(error instanceof Refused).toBe(false);
});

test("what reads errors finds those of the other copy", async () => {
  const [one, two] = [await anotherCopy(), await anotherCopy()];
  const error = new one.session.EntranceError("interaction_required");
  expect(two.graphql.readGraphQLRefusal(error)?.code).toBe("interaction_required");
  expect(two.graphql.readGraphQLRefusal({ networkError: error })?.code).toBe("interaction_required");
  expect(two.graphql.readGraphQLRefusal({ networkError: new Error("x") })).toBeNull();
});

test("connecting says what went wrong in the session of the other copy", async () => {
  const [one, two] = [await anotherCopy(), await anotherCopy()];
  const store = two.storeOf(one.session.createSession({ config: WRONG }));
  const result = await two.connecting.connectMicrosoft(store, {}, {});
  expect(result).toMatchObject({ ok: false, error: { code: "config_invalid" } });
});

test("a WebSocket of the other copy's session is not opened again after a refusal, but after an outage", async () => {
  respondWith(new Response("x"));
  const [one, two] = [await anotherCopy(), await anotherCopy()];
  const session = one.session.createSession({ config: WRONG });
  const { url, connectionParams, shouldRetry } = two.live.entranceConnection({ url: "/graphql/", session });
  await (url as () => Promise<string>)();
  expect(connectionParams).toThrow(expect.objectContaining({ code: "config_invalid" }));
  expect(shouldRetry?.(new one.session.EntranceError("config_invalid"))).toBe(false);
  expect(shouldRetry?.(new one.session.EntranceError("network"))).toBe(true);
});
