/** Labels for rights and sign-in methods. */
import type { Viewer } from "../session/useViewer";

export function abilities(viewer: Pick<Viewer, "canRead" | "canWrite" | "canManage">): string[] {
  return [
    viewer.canRead && "Read and search the log",
    viewer.canWrite && "Add entries and edit your own",
    viewer.canManage && "Delete any entry",
  ].filter((ability) => ability !== false);
}

const GIVEN = {
  APP_ROLE: (name: string) => `the app role ${name} in Microsoft Entra`,
  ENTRA_GROUP: (name: string) => `the group ${name} in Microsoft Entra`,
  LOGBOOK: () => "an administrator of Logbook",
} as const;

/** Why the person has a role. */
export function givenBy({ roleReasons }: Pick<Viewer, "roleReasons">, role: string): string {
  const reasons = roleReasons.filter((reason) => reason.role === role);
  return `given by ${reasons.map(({ source, name }) => GIVEN[source](name)).join(" and ")}`;
}

const METHODS = { ENTRA: "Microsoft", PASSWORD: "Password" } as const;

export const signInMethod = (viewer: Pick<Viewer, "signedInWith">) => METHODS[viewer.signedInWith];
