/** Button that connects a Microsoft account to the person's own account, with a password field where one is needed. */
import { type FormEvent, type ReactElement, useId, useInsertionEffect, useRef, useState } from "react";
import type { ConnectTarget } from "../session/connecting.js";
import type { EntranceError } from "../session/errors.js";
import { adoptButtonStyles, BUTTON_CLASS } from "./buttonStyles.js";
import { MicrosoftLogo } from "./MicrosoftLogo.js";
import { useConnectMicrosoft } from "./useConnectMicrosoft.js";
import { useSession } from "./useSession.js";

export interface ConnectMicrosoftProps extends ConnectTarget {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: "auto" | "light" | "dark";
  /** Whether to ask for the password from the start. Default: once the server asks for it. */
  readonly askPassword?: boolean;
  /** Called with the user name of the account that Microsoft is now connected to. */
  readonly onConnected?: (user: string) => void;
  readonly onError?: (error: EntranceError) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** A form of one button. Failures are shown in it; `onError` is for other uses, such as a log. */
export function ConnectMicrosoft(props: ConnectMicrosoftProps): ReactElement {
  const { theme = "auto", askPassword = false, onConnected, onError, disabled, className } = props;
  const connecting = useConnectMicrosoft({ fetch: props.fetch, url: props.url });
  const session = useSession();
  const password = useRef<HTMLInputElement>(null);
  const [isPasswordNeeded, setPasswordNeeded] = useState(askPassword);
  const field = useId();
  useInsertionEffect(adoptButtonStyles, []);
  const error = connecting.status === "failed" ? connecting.error : null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const typed = password.current?.value;
    const result = await connecting.connect(typed ? { password: typed } : {});
    if (result.ok) return onConnected?.(result.user);
    if (result.error.code === "password_needed") setPasswordNeeded(true);
    onError?.(result.error);
  };
  if (connecting.status === "connected") return <p role="status">Microsoft is connected.</p>;
  const isTaken = error?.code === "already_connected";
  const isMicrosofts = session.status === "signed-in" && !session.via;
  const account = isMicrosofts && !isTaken ? session.account.username : "Microsoft";
  return (
    <form className={className} onSubmit={(event) => void submit(event)}>
      {error && <p role="alert">{error.message}</p>}
      {isPasswordNeeded && (
        <p>
          <label htmlFor={field}>Your password here</label>
          <input ref={password} id={field} type="password" autoComplete="current-password" required />
        </p>
      )}
      <button
        type="submit"
        className={BUTTON_CLASS}
        data-theme={theme}
        disabled={disabled || session.status === "starting"}
        aria-busy={connecting.status === "connecting"}
      >
        <MicrosoftLogo />
        Connect {account}
      </button>
    </form>
  );
}
