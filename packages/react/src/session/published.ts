/** A value that others watch: they are told of each change. */

export class Published<T extends object> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(change: Partial<T>): void {
    const now = { ...this.#value, ...change };
    if ((Object.keys(now) as (keyof T)[]).every((key) => now[key] === this.#value[key])) return;
    this.#value = now;
    for (const listener of this.#listeners) listener();
  }
}
