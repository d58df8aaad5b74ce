/** List of the matching entries, with its loading, error and empty states. */
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useAnnounce } from "../ui/Announcer";
import { DeleteEntryDialog } from "./DeleteEntryDialog";
import { EmptyLog } from "./EmptyLog";
import { EntryCard } from "./EntryCard";
import { EntrySkeletons } from "./EntrySkeletons";
import { FilterSummary, isActive } from "./FilterSummary";
import { ListProblem } from "./ListProblem";
import { ShowOlder } from "./ShowOlder";
import { unfinishedDeletion } from "./unfinishedDeletion";
import { type Entry, type Filter, useEntries } from "./useEntries";

type EntryListProps = {
  filter: Filter;
  canWrite: boolean;
  /** Whether new entries appear by themselves: then the list is read less often. */
  isLive: boolean;
  onTag: (tag: string) => void;
  onShowAll: () => void;
};

export function EntryList({ filter, canWrite, isLive, onTag, onShowAll }: EntryListProps) {
  const query = useEntries(filter, isLive);
  const [toDelete, setToDelete] = useState<Entry | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const announce = useAnnounce();
  const { data, error } = query;
  const [unfinished, setUnfinished] = useState(unfinishedDeletion.id);

  if (unfinished && data) {
    setUnfinished(null);
    setToDelete(data.entries.find(({ id, canDelete }) => canDelete && id === unfinished) ?? null);
  }

  function deleted() {
    // Close the dialog first: while it is open, the rest of the page takes no focus.
    flushSync(() => setToDelete(null));
    announce("Entry deleted.");
    heading.current?.focus();
  }

  return (
    <section aria-labelledby="entries-heading">
      <h2 id="entries-heading" className="visually-hidden" ref={heading} tabIndex={-1}>
        Entries
      </h2>
      {isActive(filter) && <FilterSummary filter={filter} total={data?.total} onShowAll={onShowAll} />}
      {error && !query.isFetchNextPageError && <ListProblem error={error} stale={!!data} onTryAgain={query.refetch} />}
      {query.isPending && <EntrySkeletons />}
      {data?.entries.length === 0 && <EmptyLog filter={filter} canWrite={canWrite} />}
      <ol className="entries" aria-busy={query.isPlaceholderData}>
        {data?.entries.map((entry) => (
          <li key={entry.id}>
            <EntryCard entry={entry} activeTag={filter.tag} onTag={onTag} onDelete={() => setToDelete(entry)} />
          </li>
        ))}
      </ol>
      {query.hasNextPage && <ShowOlder query={query} />}
      {toDelete && <DeleteEntryDialog entry={toDelete} onDeleted={deleted} onClose={() => setToDelete(null)} />}
    </section>
  );
}
