/** What a page has once, even if it loads this package twice: as ES modules and as CommonJS. */

const KEY = Symbol.for("django-entrance.page");

type Holder = { [KEY]?: Record<string, unknown> };

/** Returns the page's value of that name, and makes it at the first call. */
export function onePerPage<T>(name: string, make: () => T): T {
  const holder = globalThis as Holder;
  holder[KEY] ??= {};
  holder[KEY][name] ??= make();
  return holder[KEY][name] as T;
}
