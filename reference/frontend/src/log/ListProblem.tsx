/** Error above the list of entries, with its remedy. */
import { Remedy } from "../account/Remedy";
import { explain } from "../session/explain";
import { Alert } from "../ui/Alert";

type ListProblemProps = { error: Error; stale: boolean; onTryAgain: () => void };

export function ListProblem({ error, stale, onTryAgain }: ListProblemProps) {
  const { title, detail } = explain(error);
  return (
    <div className="list-problem">
      <Alert>
        <strong>{title}.</strong> {detail} {stale && "The entries below may be out of date."}
      </Alert>
      <Remedy error={error} onTryAgain={onTryAgain} />
    </div>
  );
}
