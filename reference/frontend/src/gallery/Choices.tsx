/** Links to each language, direction, colour scheme and width. */
import type { MouseEvent } from "react";
import { AXES, type Axis, CHOICES, toSearch, type View } from "./view";

const NAMES: Readonly<Record<Axis, string>> = { lang: "Language", dir: "Direction", scheme: "Scheme", width: "Width" };

interface ChoicesProps {
  readonly view: View;
  readonly choose: (view: View) => void;
}

export function Choices({ view, choose }: ChoicesProps) {
  return (
    <nav aria-label="View">
      {AXES.map((axis) => (
        <ul key={axis} aria-label={NAMES[axis]}>
          {CHOICES[axis].map((value) => (
            <li key={value}>
              <Choice view={{ ...view, [axis]: value }} choose={choose} isCurrent={view[axis] === value}>
                {value}
              </Choice>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

/** A click changes the page in place, so that the reader stays at the same component. */
function Choice({ view, choose, isCurrent, children }: ChoicesProps & { isCurrent: boolean; children: string }) {
  const click = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    choose(view);
  };
  return (
    <a href={toSearch(view)} aria-current={isCurrent} onClick={click}>
      {children}
    </a>
  );
}
