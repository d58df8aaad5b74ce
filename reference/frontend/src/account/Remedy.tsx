/** Button that may fix a failed request: try again, or sign in with Microsoft again. */
import { useMutation } from "@tanstack/react-query";
import { explain } from "../session/explain";
import { useSignedIn } from "../session/SessionContext";
import { Button } from "../ui/Button";

type RemedyProps = { error: Error; onTryAgain: () => void; weight?: "primary" | "plain" };

export function Remedy({ error, onTryAgain, weight = "plain" }: RemedyProps) {
  const { signInAgain } = useSignedIn();
  const signingIn = useMutation({ mutationFn: async () => signInAgain?.(), onSuccess: onTryAgain });
  if (signInAgain && explain(error).remedy === "sign-in-again") {
    return (
      <Button weight={weight} busy={signingIn.isPending} onClick={() => signingIn.mutate()}>
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
