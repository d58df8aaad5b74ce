/** Microsoft's sign-in button. */
import {
  type ComponentPropsWithoutRef,
  type FocusEvent,
  type ForwardRefExoticComponent,
  forwardRef,
  type MouseEvent,
  type PointerEvent,
  type RefAttributes,
} from "react";
import { MicrosoftButton, type MicrosoftLook } from "./MicrosoftButton.js";
import { useTexts } from "./TextsContext.js";
import { type SignInButtonOptions, useSignInButton } from "./useSignInButton.js";

const TEXTS = { signInWith: "signInWithMicrosoft", signIn: "signIn", continueWith: "continueWithMicrosoft" } as const;

/** Everything that a `<button>` takes, except `type` and an `onError` of the element. */
export interface SignInWithMicrosoftProps
  extends Omit<ComponentPropsWithoutRef<"button">, "onError" | "type">,
    SignInButtonOptions,
    MicrosoftLook {
  /** `signInWith` (default): "Sign in with Microsoft". `signIn`: "Sign in". `continueWith`: "Continue with Microsoft". */
  readonly text?: "signInWith" | "signIn" | "continueWith" | undefined;
}

/** A native button. `onClick` is called first, and its `preventDefault()` stops the sign-in. */
export const SignInWithMicrosoft: ForwardRefExoticComponent<
  SignInWithMicrosoftProps & RefAttributes<HTMLButtonElement>
> = forwardRef(function SignInWithMicrosoft(props, ref) {
  const { text = "signInWith", onSignedIn: _, onError: _1, loginHint: _2, prompt: _3, ...rest } = props;
  const { title, ...button } = useSignInButton(props);
  const texts = useTexts();
  const click = (event: MouseEvent<HTMLButtonElement>): void => {
    rest.onClick?.(event);
    if (!event.defaultPrevented) button.onClick();
  };
  const enter = (event: PointerEvent<HTMLButtonElement>): void => {
    rest.onPointerEnter?.(event);
    button.onPointerEnter();
  };
  const focus = (event: FocusEvent<HTMLButtonElement>): void => {
    rest.onFocus?.(event);
    button.onFocus();
  };
  return (
    <MicrosoftButton
      label={texts[TEXTS[text]]}
      {...rest}
      {...button}
      {...(title && { title })}
      ref={ref}
      onClick={click}
      onPointerEnter={enter}
      onFocus={focus}
    />
  );
});
