/** Logbook in the page: the session with Microsoft around it, and a word to screen readers when a sign-in succeeded. */
import { EntranceProvider } from "@django-entrance/react";
import { useState } from "react";
import { App } from "./App";

export function Root() {
  const [welcome, setWelcome] = useState("");
  return (
    <>
      <EntranceProvider
        config="/entrance/config.json"
        onSignedIn={({ name }) => setWelcome(`Signed in with Microsoft as ${name}.`)}
      >
        <App />
      </EntranceProvider>
      <div className="visually-hidden" aria-live="polite">
        {welcome}
      </div>
    </>
  );
}
