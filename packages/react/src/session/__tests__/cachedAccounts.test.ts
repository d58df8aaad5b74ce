import { type AccountInfo, EventType, InteractionType } from "@azure/msal-browser";
import { expect, test, vi } from "vitest";
import { ADA, answer, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { removeLateTokens } from "../microsoft/msal/cachedAccounts.js";

function makeMsal(active: AccountInfo | null): [ScriptedMsal, ReturnType<typeof vi.fn>] {
  const msal = scriptedMsal(active);
  const clearCache = vi.fn(async () => {});
  msal.clearCache = clearCache;
  removeLateTokens(msal);
  return [msal, clearCache];
}

const emitRenewal = (msal: ScriptedMsal, interactionType: InteractionType): void =>
  msal.emit(EventType.ACQUIRE_TOKEN_SUCCESS, answer("late"), interactionType);

test("a renewal that ends after the sign-out caches nothing", () => {
  const [msal, clearCache] = makeMsal(null);
  msal.emit(EventType.LOGOUT_SUCCESS);
  emitRenewal(msal, InteractionType.Silent);
  expect(clearCache).toHaveBeenCalledExactlyOnceWith({ account: ADA });
});

test("a sign-in after the sign-out stays", () => {
  const [msal, clearCache] = makeMsal(null);
  msal.emit(EventType.LOGOUT_SUCCESS);
  emitRenewal(msal, InteractionType.Popup);
  msal.setActiveAccount(ADA);
  emitRenewal(msal, InteractionType.Silent);
  expect(clearCache).not.toHaveBeenCalled();
});

test("without a sign-out a renewal stays", () => {
  const [msal, clearCache] = makeMsal(null);
  emitRenewal(msal, InteractionType.Silent);
  expect(clearCache).not.toHaveBeenCalled();
});
