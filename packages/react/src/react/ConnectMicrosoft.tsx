/** Button that connects a Microsoft account to the person's own account, with a password field where one is needed. */
import {
  type ComponentPropsWithoutRef,
  type FormEvent,
  type ForwardRefExoticComponent,
  forwardRef,
  type ReactElement,
  type RefAttributes,
  useEffect,
  useId,
  useInsertionEffect,
  useRef,
  useState,
} from "react";
import type { EntranceError } from "../session/errors.js";
import type { ConnectTarget } from "../session/own/connecting.js";
import { fill } from "../texts/texts.js";
import { FORM_CSS } from "./buttonStyles.js";
import { MicrosoftButton, type MicrosoftLook } from "./MicrosoftButton.js";
import { personOf } from "./personOf.js";
import { adoptStyles, classes } from "./styles.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import { type ConnectMicrosoftState, useConnectMicrosoft } from "./useConnectMicrosoft.js";
import { useSession } from "./useSession.js";

/** Everything that a `<button>` takes, except `type` and an `onError` of the element. */
export interface ConnectMicrosoftProps
  extends Omit<ComponentPropsWithoutRef<"button">, "onError" | "type">,
    ConnectTarget,
    MicrosoftLook {
  /** Whether to ask for the password from the start. Default: once the server asks for it. */
  readonly askPassword?: boolean | undefined;
  /** Called with the user name of the account that Microsoft is now connected to. */
  readonly onConnected?: ((user: string) => void) | undefined;
  readonly onError?: ((error: EntranceError) => void) | undefined;
  /** Class of the form around the button. */
  readonly formClassName?: string | undefined;
}

/** A form of one button. Failures are shown in it; `onError` is for other uses, such as a log. */
export const ConnectMicrosoft: ForwardRefExoticComponent<ConnectMicrosoftProps & RefAttributes<HTMLButtonElement>> =
  forwardRef(function ConnectMicrosoft(props, ref) {
    const { fetch, url, askPassword = false, onConnected, onError, formClassName, disabled, ...rest } = props;
    const connecting = useConnectMicrosoft({ fetch, url });
    const label = useLabel(connecting);
    const errorText = useErrorText();
    const isStarting = useSession().status === "starting";
    const password = useRef<HTMLInputElement>(null);
    const [isPasswordNeeded, setPasswordNeeded] = useState(askPassword);
    const submit = async (event: FormEvent): Promise<void> => {
      event.preventDefault();
      const typed = password.current?.value;
      const result = await connecting.connect(typed ? { password: typed } : {});
      if (result.ok) return onConnected?.(result.user);
      if (result.error.code === "password_needed") setPasswordNeeded(true);
      onError?.(result.error);
    };
    useInsertionEffect(() => adoptStyles(FORM_CSS), []);
    if (connecting.status === "connected") return <Connected />;
    return (
      <form className={classes("entrance-connect", formClassName)} onSubmit={(event) => void submit(event)}>
        {connecting.status === "failed" && <p role="alert">{errorText(connecting.error)}</p>}
        {isPasswordNeeded && <PasswordField ref={password} />}
        <MicrosoftButton
          label={label}
          {...rest}
          ref={ref}
          type="submit"
          disabled={disabled || isStarting}
          aria-busy={connecting.status === "connecting" || undefined}
        />
      </form>
    );
  });

/** Names the account that would be connected. One that belongs to another user is of no use a second time. */
function useLabel(connecting: ConnectMicrosoftState): string {
  const session = useSession();
  const texts = useTexts();
  const isTaken = connecting.status === "failed" && connecting.error.code === "already_connected";
  const person = personOf(session);
  return person && !person.via && !isTaken
    ? fill(texts.connectAccount, { account: person.account.username })
    : texts.connectMicrosoft;
}

const PasswordField: ForwardRefExoticComponent<RefAttributes<HTMLInputElement>> = forwardRef(
  function PasswordField(_, ref) {
    const id = useId();
    const { yourPassword } = useTexts();
    return (
      <p>
        <label htmlFor={id}>{yourPassword}</label>
        <input ref={ref} id={id} type="password" autoComplete="current-password" required />
      </p>
    );
  },
);

/** It replaces the form, and takes the focus that the button had. */
function Connected(): ReactElement {
  const { connected } = useTexts();
  const paragraph = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) paragraph.current?.focus();
  }, []);
  return (
    <p ref={paragraph} role="status" tabIndex={-1}>
      {connected}
    </p>
  );
}
