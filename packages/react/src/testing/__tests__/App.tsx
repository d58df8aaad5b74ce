/** An application as its author writes it, on public names only. */
import { type ReactElement, useState } from "react";
import { authorizedFetch, SignInWithMicrosoft, useSession, useSignIn } from "../../index.js";

export function App(): ReactElement {
  const session = useSession();
  const { signOut } = useSignIn();
  switch (session.status) {
    case "starting":
      return <p>Loading…</p>;
    case "signing-in":
      return <p>Go on in Microsoft's window</p>;
    case "failed":
      return (
        <p role="alert">
          {session.error.message}{" "}
          <button type="button" onClick={session.retry}>
            Try again
          </button>
        </p>
      );
    case "signed-out":
      return (
        <>
          {session.error && <p role="alert">{session.error.message}</p>}
          <SignInWithMicrosoft />
          <button type="button" onClick={session.dismiss}>
            Dismiss
          </button>
        </>
      );
    default:
      return (
        <>
          <h1>{session.account.name}</h1>
          <p>{[session.via, ...session.roles, ...session.groups].filter(Boolean).join(", ")}</p>
          {session.status === "needs-interaction" && (
            <button type="button" onClick={session.confirm}>
              Confirm
            </button>
          )}
          <Entries />
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        </>
      );
  }
}

export function Entries(): ReactElement {
  const [shown, setShown] = useState("");
  const load = async (): Promise<void> => {
    try {
      const response = await authorizedFetch("/api/entries/", { method: "POST", body: '{"text":"Moth"}' });
      setShown(((await response.json()) as string[]).join(", "));
    } catch (error) {
      setShown((error as Error).message);
    }
  };
  return (
    <p>
      <button type="button" onClick={() => void load()}>
        Load
      </button>
      <output>{shown}</output>
    </p>
  );
}
