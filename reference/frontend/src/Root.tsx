/** Root component: the Entra session, and the announcement of a sign-in for screen readers. */
import { EntranceProvider } from "@django-entrance/react";
import { useState } from "react";
import { App } from "./App";

/** Django says in its page which session it keeps. */
const HAS_DJANGO_SESSION = document.documentElement.dataset.session === "django";

export function Root() {
  const [welcome, setWelcome] = useState("");
  return (
    <>
      <EntranceProvider
        config="/entrance/config.json"
        interaction="click"
        {...(HAS_DJANGO_SESSION && { session: "django" })}
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
