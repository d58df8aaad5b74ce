/** Summary of the filter: search, tag, number of entries, and a button to clear it. */
import { Button } from "../ui/Button";
import type { Filter } from "./useEntries";

export const isActive = ({ search, tag }: Filter) => search !== "" || tag !== null;

type FilterSummaryProps = { filter: Filter; total: number | undefined; onShowAll: () => void };

export function FilterSummary({ filter, total, onShowAll }: FilterSummaryProps) {
  return (
    <div className="filter">
      <p role="status">
        {count(total)}
        {filter.search && (
          <>
            {" with "}
            <q dir="auto">{filter.search}</q>
          </>
        )}
        {filter.tag && (
          <>
            {" tagged "}
            <strong dir="auto">{filter.tag}</strong>
          </>
        )}
      </p>
      <Button onClick={onShowAll}>Show all</Button>
    </div>
  );
}

function count(total: number | undefined): string {
  if (total === undefined) return "Entries";
  return total === 1 ? "1 entry" : `${total === 0 ? "No" : total} entries`;
}
