/** Root component: the session, and the announcement of a sign-in for screen readers. */
import { EntranceProvider } from "@django-entrance/react";
import { useState } from "react";
import { App } from "./App";
import { session } from "./session/session";

export function Root() {
  const [welcome, setWelcome] = useState("");
  return (
    <>
      <EntranceProvider session={session} onSignedIn={({ name }) => setWelcome(`Signed in with Microsoft as ${name}.`)}>
        <App />
      </EntranceProvider>
      <div className="visually-hidden" aria-live="polite">
        {welcome}
      </div>
    </>
  );
}
