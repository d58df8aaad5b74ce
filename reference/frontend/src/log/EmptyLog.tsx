/** Placeholder for an empty list of entries. */
import { isActive } from "./FilterSummary";
import type { Filter } from "./useEntries";

export function EmptyLog({ filter, canWrite }: { filter: Filter; canWrite: boolean }) {
  return (
    <div className="empty">
      <svg className="empty-picture" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true" focusable="false">
        <path d="M14 14a4 4 0 0 1 4-4h32v44H18a4 4 0 0 1-4-4z" />
        <path d="M24 23h16M24 32h16M24 41h9" />
      </svg>
      {isActive(filter) ? (
        <>
          <h3>Nothing found</h3>
          <p>Try fewer or other words.</p>
        </>
      ) : (
        <>
          <h3>Nothing logged yet</h3>
          <p>{canWrite ? "Write the first entry above." : "New entries appear here."}</p>
        </>
      )}
    </div>
  );
}
