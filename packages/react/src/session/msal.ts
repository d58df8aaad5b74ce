/** Loads MSAL for a validated configuration. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import type { CheckedConfig } from "./config.js";
import { importAgain } from "./importAgain.js";
import { LIMIT_MS, within } from "./limit.js";

type Library = typeof import("./msalLibrary.js");

/**
 * Loads MSAL, and returns a new instance that is not initialised. A page that needs no MSAL does not load it. Rejects
 * with `library_unreachable`.
 */
export async function createMsal(config: CheckedConfig): Promise<IPublicClientApplication> {
  const { makeMsal } = await within(LIMIT_MS, load, "library_unreachable", "import of @azure/msal-browser");
  return makeMsal(config);
}

const load = (): Promise<Library> =>
  import("./msalLibrary.js").catch((error) => importAgain<Library>(error, "makeMsal"));
