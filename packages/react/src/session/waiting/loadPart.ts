/** Loads parts of this package that a page does not need at once. */
import { importAgain } from "./importAgain.js";
import { LIMIT_MS, within } from "./limit.js";

/** Returns a module. `name` is one of its exports. Rejects with `library_unreachable`. */
export function loadPart<M>(load: () => Promise<M>, name: keyof M & string): Promise<M> {
  const work = (): Promise<M> => load().catch((error) => importAgain<M>(error, name));
  return within(LIMIT_MS, work, "library_unreachable", `import of ${name}`);
}
