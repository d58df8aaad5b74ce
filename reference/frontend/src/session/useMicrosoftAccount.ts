/** Hook: the Microsoft account that the person is signed in with. Null in a password session. */
import { type Account, useSession } from "@django-entrance/react";

export function useMicrosoftAccount(): Account | null {
  const session = useSession();
  return "account" in session && session.via !== "password" ? session.account : null;
}
