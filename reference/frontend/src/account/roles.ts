/** Labels for rights and sign-in methods. */
import type { Viewer } from "../session/useViewer";

export function abilities(viewer: Pick<Viewer, "canRead" | "canWrite" | "canManage">): string[] {
  return [
    viewer.canRead && "Read and search the log",
    viewer.canWrite && "Add entries and edit your own",
    viewer.canManage && "Delete any entry",
  ].filter((ability) => ability !== false);
}

const METHODS = { ENTRA: "Microsoft", PASSWORD: "Password" } as const;

export const signInMethod = (viewer: Pick<Viewer, "signedInWith">) => METHODS[viewer.signedInWith];
