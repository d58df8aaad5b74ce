/** Renders an element in a session that the test sets, without MSAL. */
import { act, render } from "@testing-library/react";
import type { ReactElement } from "react";
import { vi } from "vitest";
import { SessionContext } from "../react/SessionContext.js";
import { TextsContext } from "../react/TextsContext.js";
import { EntranceError } from "../session/errors.js";
import { SessionStore } from "../session/session.js";
import type { SignedInPerson, Snapshot } from "../session/snapshot.js";
import { en } from "../texts/en.js";
import type { Texts } from "../texts/texts.js";
import { ADA_ACCOUNT, CONFIG, scriptedMsal } from "./scriptedMsal.js";

export const ADA_HERE: SignedInPerson = { account: ADA_ACCOUNT, via: "entra", roles: ["Editor"], groups: [] };

export type ShownSession = Snapshot["session"];

export const signedInAda: ShownSession = { status: "signed-in", ...ADA_HERE };
export const signedOut: ShownSession = { status: "signed-out", error: null, dismiss: () => {} };
export const needsInteraction = (confirm = vi.fn()): ShownSession => ({
  status: "needs-interaction",
  ...ADA_HERE,
  error: new EntranceError("interaction_required"),
  confirm,
});

export interface Shown {
  readonly page: HTMLElement;
  readonly store: SessionStore;
  /** Changes the session. */
  readonly show: (session: ShownSession, rest?: Partial<Snapshot>) => void;
}

export function renderSession(session: ShownSession, element: ReactElement, texts: Texts = en): Shown {
  let snapshot: Snapshot = { session, busy: false, error: null, msal: null };
  const listeners = new Set<() => void>();
  const store = Object.assign(new SessionStore({ config: CONFIG }, () => scriptedMsal()), {
    getSnapshot: () => snapshot,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const { container } = render(
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={texts}>{element}</TextsContext.Provider>
    </SessionContext.Provider>,
  );
  const show = (session: ShownSession, rest: Partial<Snapshot> = {}): void =>
    act(() => {
      snapshot = { ...snapshot, session, ...rest };
      for (const listener of listeners) listener();
    });
  return { page: container, store, show };
}
