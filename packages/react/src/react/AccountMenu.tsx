/** Button with the signed-in person's name, and a panel: sessions, Microsoft accounts, sign-out. */
import { type ReactElement, type ReactNode, useInsertionEffect } from "react";
import { EntranceError } from "../session/errors.js";
import { fill } from "../texts/texts.js";
import { ACCOUNT_CLASS, adoptAccountStyles } from "./accountStyles.js";
import { UI_CLASS } from "./noticeStyles.js";
import { Part, usePart } from "./part.js";
import { personOf, type SignedInSession } from "./personOf.js";
import { classes } from "./styles.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";
import { useDisclosure } from "./useDisclosure.js";
import { useFittingSide } from "./useFittingSide.js";
import { useSession } from "./useSession.js";

const PANEL: Part<typeof import("./AccountPanel.js")> = new Part(() => import("./AccountPanel.js"));

export interface AccountMenuProps {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: Theme | undefined;
  /** Whether the button shows the name beside the initials. Default: true, except where it is narrow. */
  readonly showName?: boolean | undefined;
  /** Side of the button on which the panel is aligned, if it fits there. Default: `end`. */
  readonly align?: "start" | "end" | undefined;
  /** Whether to list sessions and connected Microsoft accounts, which django-entrance serves. Default: true. */
  readonly details?: boolean | undefined;
  readonly className?: string | undefined;
  /** Links and buttons of the application, above the sign-out. */
  readonly children?: ReactNode;
}

/** Renders nothing unless a person is signed in. */
export function AccountMenu(props: AccountMenuProps): ReactNode {
  const person = personOf(useSession());
  return person && <Menu {...props} person={person} />;
}

function Menu(props: AccountMenuProps & { readonly person: SignedInSession }): ReactElement {
  const { theme = "auto", showName = true, align = "end", className, person } = props;
  const { isOpen, container, button, panel } = useDisclosure();
  const isLoaded = usePart(PANEL) !== null; // its styles come with it
  const { side, ref } = useFittingSide(align, isOpen && isLoaded);
  const texts = useTexts();
  useInsertionEffect(adoptAccountStyles, []);
  const { name } = person.account;
  return (
    <div {...container} className={classes(UI_CLASS, ACCOUNT_CLASS, className)} data-theme={theme} data-align={side}>
      <button {...button} type="button" aria-label={fill(texts.accountOf, { name })}>
        <span className={`${ACCOUNT_CLASS}-initials`} data-initials={initials(name)} />
        {showName && (
          <span className={`${ACCOUNT_CLASS}-name`} dir="auto">
            {name}
          </span>
        )}
      </button>
      {isOpen && (
        <div {...panel} ref={ref} className={`${ACCOUNT_CLASS}-panel`}>
          <Panel {...props} />
        </div>
      )}
    </div>
  );
}

/** The content is loaded with the menu, so it is there at the first click. */
function Panel(props: AccountMenuProps & { readonly person: SignedInSession }): ReactElement {
  const part = usePart(PANEL);
  const { loading } = useTexts();
  const errorText = useErrorText();
  if (part instanceof EntranceError) return <p role="alert">{errorText(part)}</p>;
  return part ? <part.AccountPanel {...props} /> : <p className="entrance-quiet">{loading}</p>;
}

/** First letters of the first and the last word. */
export function initials(name: string): string {
  const letters = [...name.matchAll(/(?<![\p{L}\p{M}'’-])\p{L}/gu)].map(String);
  return [letters[0], ...letters.slice(1).slice(-1)].join("").toUpperCase() || "?";
}
