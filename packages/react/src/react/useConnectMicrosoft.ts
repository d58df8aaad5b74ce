/** Hook: connect a Microsoft account to the person's own account. */
import { useCallback, useInsertionEffect, useRef, useState } from "react";
import { EntranceError, type EntranceErrorCode } from "../session/errors.js";
import type { ConnectOptions, ConnectResult, ConnectTarget } from "../session/own/connecting.js";
import type { SessionStore } from "../session/session.js";
import { Part, usePart } from "./part.js";
import { useSessionStore } from "./SessionContext.js";

const CONNECTING: Part<typeof import("../session/own/connecting.js")> = new Part(
  () => import("../session/own/connecting.js"),
);

/** How far connecting has come. */
export type ConnectMicrosoftStatus =
  | { readonly status: "idle" }
  | { readonly status: "connecting" }
  | { readonly status: "connected"; readonly user: string }
  | { readonly status: "failed"; readonly error: EntranceError };

/** Result of {@link useConnectMicrosoft}. */
export type ConnectMicrosoftState = ConnectMicrosoftStatus & {
  /** Call it directly in a click handler, or the browser blocks Microsoft's window. Never rejects. */
  readonly connect: (options?: ConnectOptions) => Promise<ConnectResult>;
  /** Closes Microsoft's window. */
  readonly cancel: () => void;
};

/** Connects a Microsoft account to the account that the person has here, whichever login let them in. */
export function useConnectMicrosoft(target: ConnectTarget = {}): ConnectMicrosoftState {
  const store = useSessionStore();
  usePart(CONNECTING);
  const [state, setState] = useState<ConnectMicrosoftStatus>({ status: "idle" });
  const underWay = useRef<Promise<ConnectResult> | null>(null);
  const failed = useRef<EntranceErrorCode | null>(null);
  const latest = useRef(target);
  useInsertionEffect(() => {
    latest.current = target;
  });
  const run = useCallback(
    async (options: ConnectOptions): Promise<ConnectResult> => {
      const result = await attempt(store, latest.current, { ...another(failed.current), ...options });
      underWay.current = null;
      failed.current = result.ok ? null : result.error.code;
      setState(result.ok ? { status: "connected", user: result.user } : { status: "failed", error: result.error });
      return result;
    },
    [store],
  );
  const connect = useCallback(
    (options: ConnectOptions = {}): Promise<ConnectResult> => {
      if (underWay.current === null) {
        setState({ status: "connecting" });
        underWay.current = run(options);
      } else store.microsoft?.signIns.conversations.bringToFront(); // and begins nothing: a sign-in is another wish
      return underWay.current;
    },
    [store, run],
  );
  return { ...state, connect, cancel: store.cancel };
}

/** Starts at once if the part is loaded: a click may open a window only for a short time. */
function attempt(store: SessionStore, target: ConnectTarget, options: ConnectOptions): Promise<ConnectResult> {
  const part = CONNECTING.get();
  if (part !== null && !(part instanceof EntranceError)) return part.connectMicrosoft(store, target, options);
  return CONNECTING.load().then(
    ({ connectMicrosoft }) => connectMicrosoft(store, target, options),
    (error: EntranceError) => ({ ok: false, error }),
  );
}

/** An account that belongs to another user is of no use a second time. */
function another(failed: EntranceErrorCode | null): ConnectOptions {
  return failed === "already_connected" ? { prompt: "select_account" } : {};
}
