/** Logbook's own login, with the token that a password gives. */
import type { OwnLogin } from "@django-entrance/react/session";
import { tokens } from "./tokenStore";

export const ownLogin: OwnLogin = {
  account: () => tokens.current().person,
  subscribe: tokens.subscribe,
  authorize: (headers) => headers.set("Authorization", `Bearer ${tokens.current().token}`),
  signOut: () => tokens.forget(),
  refused: () => tokens.forget("Your sign-in has expired. Please sign in again."),
};
