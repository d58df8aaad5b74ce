/** Combines the Entra or Django session and the application's own token into one session. */
import type { Account, EntranceError, Session as EntraSession } from "@django-entrance/react";
import type { TokenState } from "./tokenStore";

/** State of Microsoft sign-in. */
export type MicrosoftSignIn =
  | { status: "starting" }
  | { status: "ready"; error: EntranceError | null }
  | { status: "failed"; error: EntranceError; retry: () => void };

export type LogbookSession =
  | { status: "signed-out"; microsoft: MicrosoftSignIn; notice: string | null }
  | { status: "signed-in"; how: "PASSWORD"; token: string }
  | { status: "signed-in"; how: "ENTRA"; account: Account }
  | { status: "signed-in"; how: "DJANGO"; account: Account; via: "entra" | "password" };

/** The own token takes precedence: it is available at once, and never issued during an Entra session. */
export function unify(entra: EntraSession, { token, notice }: TokenState): LogbookSession {
  if (token) return { status: "signed-in", how: "PASSWORD", token };
  if (entra.status === "signed-in" || entra.status === "needs-interaction") {
    const { account, via } = entra;
    return via ? { status: "signed-in", how: "DJANGO", account, via } : { status: "signed-in", how: "ENTRA", account };
  }
  return { status: "signed-out", microsoft: microsoftSignIn(entra), notice };
}

function microsoftSignIn(entra: Exclude<EntraSession, { account: Account }>): MicrosoftSignIn {
  if (entra.status === "signed-out") return { status: "ready", error: entra.error };
  if (entra.status === "signing-in") return { status: "ready", error: null };
  return entra;
}
