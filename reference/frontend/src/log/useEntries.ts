/** The entries that match a filter, page by page, kept fresh while somebody looks. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { EntriesDocument, type EntriesQuery, type EntryPartsFragment } from "../graphql/generated/documents";
import { mayPass } from "../session/queryClient";
import { useSignedIn } from "../session/SessionContext";

export type Entry = EntryPartsFragment;
export type Filter = { search: string; tag: string | null };
type Page = EntriesQuery["entries"];
type Pages = InfiniteData<Page, string | null>;

const PAGE_SIZE = 20;
const REFRESH_MILLISECONDS = 4000;

export function useEntries(filter: Filter) {
  const { request } = useSignedIn();
  return useInfiniteQuery({
    queryKey: ["entries", filter],
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const variables = { ...filter, first: PAGE_SIZE, after: pageParam };
      return (await request(EntriesDocument, variables, signal)).entries;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    select: (data: Pages) => ({ entries: distinct(data), total: data.pages[0]?.totalCount ?? 0 }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => refreshEvery(state.data?.pages.length ?? 0, state.error),
  });
}

/** Milliseconds. Each page is asked for anew, so more pages make a longer round; a refusal ends the rounds. */
function refreshEvery(pages: number, error: Error | null): number | false {
  if (pages === 0 || (error && !mayPass(error))) return false;
  return pages * REFRESH_MILLISECONDS;
}

/** An entry added between two pages moves others down, so the second page may repeat one. */
function distinct({ pages }: Pages): Entry[] {
  const entries = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}
