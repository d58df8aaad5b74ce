/** Puts another `fetch` in the place of the page's. */

/** Returns a function that puts the former one back. */
export function replaceFetch(own: typeof globalThis.fetch): () => void {
  const former = globalThis.fetch;
  globalThis.fetch = own;
  return () => {
    if (globalThis.fetch === own) globalThis.fetch = former;
  };
}
