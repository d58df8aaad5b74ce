/** Why the entries could not be fetched, above what is still there to read. */
import { Remedy } from "../account/Remedy";
import { explain } from "../session/explain";
import { Alert } from "../ui/Alert";

type ListProblemProps = { error: Error; stale: boolean; onTryAgain: () => void };

export function ListProblem({ error, stale, onTryAgain }: ListProblemProps) {
  const { title, detail } = explain(error);
  return (
    <div className="list-problem">
      <Alert>
        <strong>{title}.</strong> {detail} {stale && "What you see may be old."}
      </Alert>
      <Remedy error={error} onTryAgain={onTryAgain} />
    </div>
  );
}
