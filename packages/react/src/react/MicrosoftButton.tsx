/** A button in Microsoft's look. It passes on everything that a `<button>` takes. */
import {
  type ComponentPropsWithoutRef,
  type ForwardRefExoticComponent,
  forwardRef,
  type RefAttributes,
  useInsertionEffect,
} from "react";
import { adoptButtonStyles, BUTTON_CLASS } from "./buttonStyles.js";
import { MicrosoftLogo } from "./MicrosoftLogo.js";
import { classes } from "./styles.js";

/** Look of a button. */
export interface MicrosoftLook {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: "auto" | "light" | "dark" | undefined;
  /** `standard` (default): 41 px high. `compact`: 32 px. `icon`: the logo alone, 41 px square. */
  readonly size?: "standard" | "compact" | "icon" | undefined;
}

interface MicrosoftButtonProps extends ComponentPropsWithoutRef<"button">, MicrosoftLook {
  /** What the button says, unless it has children. */
  readonly label: string;
}

export const MicrosoftButton: ForwardRefExoticComponent<MicrosoftButtonProps & RefAttributes<HTMLButtonElement>> =
  forwardRef(function MicrosoftButton({ theme = "auto", size = "standard", label, ...props }, ref) {
    useInsertionEffect(adoptButtonStyles, []);
    const { className, children, ...rest } = props;
    const isIcon = size === "icon";
    return (
      <button
        type="button"
        {...(isIcon && { "aria-label": label, title: label })}
        {...rest}
        ref={ref}
        className={classes(BUTTON_CLASS, className)}
        data-theme={theme}
        data-size={size}
      >
        <MicrosoftLogo />
        {!isIcon && <span>{children ?? label}</span>}
      </button>
    );
  });
