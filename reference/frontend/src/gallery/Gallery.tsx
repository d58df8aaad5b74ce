/** Every component of @django-entrance/react in every state. */
import { useLayoutEffect, useRef, useState } from "react";
import { Mark } from "../ui/Mark";
import { Choices } from "./Choices";
import { ErrorList } from "./ErrorList";
import { Example } from "./Example";
import { SessionTable } from "./SessionTable";
import { statesOf } from "./states";
import { TEXTS } from "./texts";
import { readView, toSearch, type View } from "./view";

export function Gallery() {
  const [view, setView] = useState(() => readView(location.search));
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.dir = view.dir;
    root.style.colorScheme = view.scheme === "system" ? "" : view.scheme;
  }, [view]);
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => main.current?.focus({ preventScroll: true }), []); // before an example takes the focus
  const choose = (next: View) => {
    history.replaceState(null, "", toSearch(next));
    setView(next);
  };
  return (
    <>
      {self === top && (
        <header className="gallery-header">
          <h1>
            <Mark /> Gallery
          </h1>
          <Choices view={view} choose={choose} />
        </header>
      )}
      <main ref={main} tabIndex={-1} className="gallery">
        {view.width === "full" ? <Components view={view} /> : <Narrow view={view} />}
      </main>
    </>
  );
}

/** A frame, so that media queries see the width, too. */
function Narrow({ view }: { view: View }) {
  return <iframe src={toSearch({ ...view, width: "full" })} title="The gallery, 320 px wide" />;
}

function Components({ view }: { view: View }) {
  const texts = TEXTS[view.lang];
  const theme = view.scheme === "system" ? "auto" : view.scheme;
  return (
    <>
      {statesOf(theme).map(({ title, states }) => (
        <section key={title} aria-labelledby={title}>
          <h2 id={title}>{title}</h2>
          <ul className="gallery-states">
            {states.map((state) => (
              <Example key={state.name} state={state} texts={texts} />
            ))}
          </ul>
        </section>
      ))}
      <SessionTable texts={texts} />
      <ErrorList texts={texts} />
    </>
  );
}
