import { authorizedFetch, SignInWithMicrosoft, useSession } from "@django-entrance/react";
import { useState } from "react";

export function App() {
  const session = useSession();
  const [entries, setEntries] = useState([]);
  const show = async () => setEntries(await (await authorizedFetch("/api/entries/")).json());
  if (session.status !== "signed-in") return <SignInWithMicrosoft />;
  return (
    <>
      <button type="button" onClick={show}>
        Show entries
      </button>
      <ul>
        {entries.map((entry) => (
          <li key={entry}>{entry}</li>
        ))}
      </ul>
    </>
  );
}
