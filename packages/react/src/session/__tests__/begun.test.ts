import { expect, test } from "vitest";
import { ADA, ADA_ACCOUNT, ADA_ELSEWHERE } from "../../__tests__/scriptedMsal.js";
import { type Account, toAccount } from "../account.js";
import { mustStillBe, personIn } from "../begun.js";

const BARBARA: Account = { name: "Barbara Liskov", username: "barbara", tenantId: "", objectId: "" };
const CAROL: Account = { ...BARBARA, username: "carol" };

test.each([
  ["no one", null, null],
  ["a person of Microsoft's", ADA_ACCOUNT, ADA_ACCOUNT],
  ["a person of Microsoft's with a new user name", ADA_ACCOUNT, { ...ADA_ACCOUNT, username: "lovelace@x.example" }],
  ["a person of an own login", BARBARA, { ...BARBARA, name: "Barbara" }],
  ["someone who was not known", undefined, ADA_ACCOUNT],
])("what was begun for %s counts for the same", (_, begun, now) => {
  expect(() => mustStillBe(begun, now)).not.toThrow();
});

test.each([
  ["no one", ADA_ACCOUNT, null, "not_signed_in"],
  ["someone, and before no one", null, ADA_ACCOUNT, "account_changed"],
  ["the same object in another tenant", ADA_ACCOUNT, toAccount(ADA_ELSEWHERE), "account_changed"],
  ["another person of an own login", BARBARA, CAROL, "account_changed"],
  ["the same user name at Microsoft", BARBARA, { ...ADA_ACCOUNT, username: "barbara" }, "account_changed"],
])("it does not count if %s is signed in when it ends", (_, begun, now, code) => {
  expect(() => mustStillBe(begun, now)).toThrow(expect.objectContaining({ code }));
});

test("for whom something begins is not known while the session starts", () => {
  const signedIn = { status: "signed-in", account: toAccount(ADA), roles: [], groups: [] } as const;
  expect(personIn(signedIn)).toEqual(ADA_ACCOUNT);
  expect([personIn({ status: "signing-in" }), personIn({ status: "starting" })]).toEqual([null, undefined]);
});
