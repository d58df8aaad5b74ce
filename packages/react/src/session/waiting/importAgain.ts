/** Imports a module again that could not be loaded. */

/**
 * Browsers of before autumn 2026 keep the failure of a module for as long as the page lives. Firefox names the module's
 * address in the error, and takes the same module at a changed address for another one.
 *
 * `name` is one of the module's exports. A bundler may have renamed it; then the module cannot be used, and the error
 * stays. See https://github.com/whatwg/html/issues/6768
 */
export async function importAgain<M>(error: unknown, name: keyof M & string): Promise<M> {
  const [address] = /https?:\S+/.exec(String(error)) ?? [];
  if (address === undefined || !URL.canParse(address)) throw error;
  const url = new URL(address);
  url.searchParams.set("again", String(Date.now()));
  const found: M = await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url.href);
  if (found[name] === undefined) throw error;
  return found;
}
