/** Parts of the package that few pages need. Each is loaded when it is needed, once. */
import { useEffect, useSyncExternalStore } from "react";
import { EntranceError } from "../session/errors.js";

export class Part<T extends object> {
  readonly #import: () => Promise<T>;
  readonly #listeners = new Set<() => void>();
  #loaded: T | EntranceError | null = null;

  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** Returns the part, null until it is loaded, or `library_unreachable`. */
  readonly get = (): T | EntranceError | null => this.#loaded;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Loads the part. After a failure it tries again. Rejects with `library_unreachable`. */
  async load(): Promise<T> {
    if (this.#loaded !== null && !(this.#loaded instanceof EntranceError)) return this.#loaded;
    try {
      const found = await this.#import();
      this.#keep(found);
      return found;
    } catch {
      throw this.#keep(new EntranceError("library_unreachable"));
    }
  }

  #keep<K extends T | EntranceError>(loaded: K): K {
    this.#loaded = loaded;
    for (const listener of this.#listeners) listener();
    return loaded;
  }
}

/** Loads a part when the component is mounted. */
export function usePart<T extends object>(part: Part<T>): T | EntranceError | null {
  useEffect(() => void part.load().catch(() => {}), [part]);
  return useSyncExternalStore(part.subscribe, part.get, () => null);
}
