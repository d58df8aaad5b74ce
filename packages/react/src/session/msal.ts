/** Loads MSAL, and what the session does with it. */
import { loadPart } from "./waiting/loadPart.js";

type Library = typeof import("./microsoft/msalLibrary.js");

/** A page that needs no Microsoft loads no MSAL. Rejects with `library_unreachable`. */
export function loadMicrosoft(): Promise<Library> {
  return loadPart(() => import("./microsoft/msalLibrary.js"), "Microsoft");
}
