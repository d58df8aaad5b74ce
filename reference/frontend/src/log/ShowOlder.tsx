/** Button that loads the next page of older entries. */
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { ListProblem } from "./ListProblem";
import type { useEntries } from "./useEntries";

export function ShowOlder({ query }: { query: ReturnType<typeof useEntries> }) {
  const announce = useAnnounce();

  async function showOlder() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.entries.length} of ${data?.total} entries are shown.`);
  }

  if (query.error && query.isFetchNextPageError) {
    return <ListProblem error={query.error} stale onTryAgain={showOlder} />;
  }
  return (
    <div className="older">
      <Button busy={query.isFetchingNextPage} onClick={showOlder}>
        Show older entries
      </Button>
    </div>
  );
}
