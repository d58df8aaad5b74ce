/** A component in one state, with the state's name above it. */
import type { Texts } from "@django-entrance/react";
import { TestingProvider } from "@django-entrance/react/testing";
import { useEffect, useRef } from "react";
import { answer } from "./answers";
import type { State } from "./states";

export function Example({ state, texts }: { readonly state: State; readonly texts: Texts }) {
  const { name, session, isClicked = false, children } = state;
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isClicked) shown.current?.querySelector("button")?.click();
  }, [isClicked]);
  return (
    <li>
      <h3>{name}</h3>
      <div ref={shown} lang={texts.lang}>
        <TestingProvider session={session} texts={texts} fetch={answer}>
          {children}
        </TestingProvider>
      </div>
    </li>
  );
}
