/** Sign-out button. Shows an error if signing out fails. */
import { useSignIn } from "@django-entrance/react";
import { useState } from "react";
import { inOneSentence } from "../session/explain";
import { hasDjangoSession } from "../session/hasDjangoSession";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";

/** A password session ends at Microsoft, too, if Microsoft was connected in it. A Django session ends alone. */
export function SignOutButton() {
  const { signOut, error } = useSignIn();
  const [state, setState] = useState<"idle" | "leaving" | "tried">("idle");
  const problem = state === "tried" ? error : null;

  async function leave() {
    setState("leaving");
    await signOut({ everywhere: !hasDjangoSession() });
    setState("tried");
  }

  return (
    <>
      <Button busy={state !== "idle" && !problem} onClick={() => void leave()}>
        Sign out
      </Button>
      {problem && <Alert>{inOneSentence(problem)}</Alert>}
    </>
  );
}
