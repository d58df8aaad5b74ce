import { expect, test } from "vitest";
import { ADA, ADA_ACCOUNT } from "../../__tests__/scriptedMsal.js";
import { samePerson, toAccount } from "../account.js";

test("MSAL's account is converted", () => {
  expect(toAccount(ADA)).toEqual(ADA_ACCOUNT);
});

test("the user name replaces an empty display name", () => {
  expect(toAccount({ ...ADA, name: "" }).name).toBe("ada@contoso.example");
});

test("a person stays the same under another name, but not with another tenant or object id", () => {
  expect(samePerson(ADA_ACCOUNT, { ...ADA_ACCOUNT, tenantId: "other" })).toBe(false);
  expect(samePerson(ADA_ACCOUNT, { ...ADA_ACCOUNT, objectId: "other" })).toBe(false);
  expect(samePerson(ADA_ACCOUNT, { tenantId: ADA.tenantId, objectId: ADA.localAccountId })).toBe(true);
});
