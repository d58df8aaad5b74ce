/** Sign-out button. Shows an error if signing out fails. */
import { useState } from "react";
import { inOneSentence } from "../session/explain";
import { useSignedIn } from "../session/SessionContext";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";

export function SignOutButton() {
  const { signOut, problem } = useSignedIn();
  const [tried, setTried] = useState(false);

  function leave() {
    setTried(true);
    void signOut();
  }

  return (
    <>
      <Button busy={tried && !problem} onClick={leave}>
        Sign out
      </Button>
      {tried && problem && <Alert>{inOneSentence(problem)}</Alert>}
    </>
  );
}
