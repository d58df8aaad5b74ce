/** Makes one session of the two ways in: the Entra session of the page and the application's own token. */
import type { Account, EntranceError, Session as EntraSession } from "@django-entrance/react";
import type { TokenState } from "./tokenStore";

/** Whether Microsoft sign-in can be offered. */
export type MicrosoftSignIn =
  | { status: "starting" }
  | { status: "ready"; error: EntranceError | null }
  | { status: "failed"; error: EntranceError; retry: () => void };

export type LogbookSession =
  | { status: "signed-out"; microsoft: MicrosoftSignIn; notice: string | null }
  | { status: "signed-in"; how: "PASSWORD"; token: string }
  | { status: "signed-in"; how: "ENTRA"; account: Account };

/** The own token comes first: it is here at once, and nobody gets one while signed in with Microsoft. */
export function unify(entra: EntraSession, { token, notice }: TokenState): LogbookSession {
  if (token) return { status: "signed-in", how: "PASSWORD", token };
  if (entra.status === "signed-in") return { status: "signed-in", how: "ENTRA", account: entra.account };
  return { status: "signed-out", microsoft: microsoftSignIn(entra), notice };
}

function microsoftSignIn(entra: Exclude<EntraSession, { status: "signed-in" }>): MicrosoftSignIn {
  if (entra.status === "signed-out") return { status: "ready", error: entra.error };
  return entra;
}
