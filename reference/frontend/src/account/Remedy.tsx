/** Button that may fix a failed request: try again, or sign in with Microsoft again. */
import { useSignIn } from "@django-entrance/react";
import { useMutation } from "@tanstack/react-query";
import { explain } from "../session/explain";
import { useMicrosoftAccount } from "../session/useMicrosoftAccount";
import { Button } from "../ui/Button";

type RemedyProps = { error: Error; onTryAgain: () => void; weight?: "primary" | "plain" };

export function Remedy({ error, onTryAgain, weight = "plain" }: RemedyProps) {
  const microsoft = useMicrosoftAccount();
  const { signIn } = useSignIn();
  const signingIn = useMutation({ mutationFn: signIn, onSuccess: ({ ok }) => ok && onTryAgain() });
  if (microsoft && explain(error).remedy === "sign-in-again") {
    return (
      <Button
        weight={weight}
        busy={signingIn.isPending}
        onClick={() => signingIn.mutate({ loginHint: microsoft.username })}
      >
        Sign in again
      </Button>
    );
  }
  return (
    <Button weight={weight} onClick={onTryAgain}>
      Try again
    </Button>
  );
}
