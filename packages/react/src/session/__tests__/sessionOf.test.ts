/** Views render again only after a change. */
import { expect, test, vi } from "vitest";
import { ADA_ACCOUNT } from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";
import { type Facts, sessionOf } from "../sessionOf.js";
import { type SignedInPerson, STARTING } from "../snapshot.js";

const ADA: SignedInPerson = { account: ADA_ACCOUNT, via: "entra", roles: ["Editor"], groups: ["editors"] };
const LATE = new EntranceError("popup_closed");
const known = (change: Partial<Facts>): Facts => ({
  ...{ person: null, error: null, busy: false, demand: null, confirm: vi.fn(), dismiss: vi.fn() },
  ...change,
});

test.each<[string, Partial<Facts>, Partial<Facts>]>([
  ["no one", {}, {}],
  ["a sign-in in progress", { busy: true }, { busy: true }],
  ["an error", { error: LATE }, { error: LATE }],
  ["an equal person", { person: ADA }, { person: { ...ADA, account: { ...ADA_ACCOUNT }, roles: ["Editor"] } }],
  ["a demand", { person: ADA, demand: LATE }, { person: { ...ADA }, demand: LATE }],
])("%s again is the session before", (_, before, now) => {
  const first = sessionOf(STARTING.session, known(before));
  expect(sessionOf(first, known(now))).toBe(first);
});

test.each<[string, Partial<Facts>, Partial<Facts>]>([
  ["another name", { person: ADA }, { person: { ...ADA, account: { ...ADA_ACCOUNT, name: "Ada King" } } }],
  ["another login", { person: ADA }, { person: { ...ADA, via: "password" } }],
  ["another role", { person: ADA }, { person: { ...ADA, roles: ["Editor", "Admin"] } }],
  ["one group fewer", { person: ADA }, { person: { ...ADA, groups: [] } }],
  ["the same error once more", { error: LATE }, { error: new EntranceError("popup_closed") }],
  ["a demand", { person: ADA }, { person: ADA, demand: LATE }],
])("%s is another session", (_, before, now) => {
  const first = sessionOf(STARTING.session, known(before));
  expect(sessionOf(first, known(now))).not.toBe(first);
});
