/** An own login as an application writes it: a token in a variable. */
import type { OwnLogin } from "../session/own/ownLogin.js";

export const BARBARA: { readonly name: string; readonly username: string } = {
  name: "Barbara Liskov",
  username: "barbara",
};

export class TokenLogin implements OwnLogin {
  readonly listeners = new Set<() => void>();
  token: string | null;
  username: string;

  constructor(token: string | null = "own", username: string = BARBARA.username) {
    this.token = token;
    this.username = username;
  }

  account(): { name: string; username: string } | null {
    return this.token === null ? null : { name: BARBARA.name, username: this.username };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  authorize(headers: Headers): void | Promise<void> {
    headers.set("Authorization", `Bearer ${this.token}`);
  }

  signOut(): void | Promise<void> {
    this.keep(null);
  }

  refused(): void {
    this.keep(null);
  }

  keep(token: string | null, username: string = this.username): void {
    Object.assign(this, { token, username });
    for (const listener of this.listeners) listener();
  }
}
