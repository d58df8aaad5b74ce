import { EntranceError } from "@django-entrance/react";
import { expect, test } from "vitest";
import { unify } from "../unify";

const ada = { name: "Ada Lovelace", username: "ada@contoso.example", tenantId: "t", objectId: "o" };
const NO_TOKEN = { token: null, notice: null };
const NO_RIGHTS = { roles: [], groups: [] };
const dismiss = () => {};

test("an own token signs in, in every state of Entra", () => {
  const session = unify({ status: "starting" }, { token: "own", notice: null });
  expect(session).toEqual({ status: "signed-in", how: "PASSWORD", token: "own" });
});

test("without an own token the Entra account is signed in", () => {
  const session = unify({ status: "signed-in", account: ada, ...NO_RIGHTS }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-in", how: "ENTRA", account: ada });
});

test.each(["entra", "password"] as const)("a Django session is signed in via %s", (via) => {
  const session = unify({ status: "signed-in", account: ada, via, ...NO_RIGHTS }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-in", how: "DJANGO", account: ada, via });
});

test("without both the session is signed out, and Microsoft sign-in is ready", () => {
  const session = unify({ status: "signed-out", error: null, dismiss }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-out", microsoft: { status: "ready", error: null }, notice: null });
});

test("a starting Entra session does not delay the sign-in page", () => {
  const session = unify({ status: "starting" }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-out", microsoft: { status: "starting" }, notice: null });
});

test("while Microsoft's window is open the sign-in page stays as it is", () => {
  const session = unify({ status: "signing-in" }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-out", microsoft: { status: "ready", error: null }, notice: null });
});

test("a person whom Microsoft wants to see again stays signed in", () => {
  const confirm = async () => ({ ok: true as const, account: ada });
  const error = new EntranceError("interaction_required");
  const session = unify({ status: "needs-interaction", account: ada, ...NO_RIGHTS, error, confirm }, NO_TOKEN);
  expect(session).toEqual({ status: "signed-in", how: "ENTRA", account: ada });
});

test("a refused Microsoft sign-in has its error", () => {
  const error = new EntranceError("not_assigned");
  const session = unify({ status: "signed-out", error, dismiss }, NO_TOKEN);
  expect(session).toMatchObject({ microsoft: { status: "ready", error } });
});

test("a failed start has its error and a retry", () => {
  const failed = { status: "failed" as const, error: new EntranceError("config_unreachable"), retry: () => {} };
  expect(unify(failed, NO_TOKEN)).toMatchObject({ microsoft: failed });
});

test("the notice of a removed own token is kept", () => {
  const session = unify({ status: "signed-out", error: null, dismiss }, { token: null, notice: "Expired." });
  expect(session).toMatchObject({ status: "signed-out", notice: "Expired." });
});
