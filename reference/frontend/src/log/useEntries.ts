/** Query for the entries that match a filter, page by page, refetched at intervals. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { EntriesDocument, type EntriesQuery, type EntryPartsFragment } from "../graphql/generated/documents";
import { mayPass } from "../session/queryClient";
import { request } from "../session/request";

export type Entry = EntryPartsFragment;
export type Filter = { search: string; tag: string | null };
type Page = EntriesQuery["entries"];
export type Pages = InfiniteData<Page, string | null>;

const PAGE_SIZE = 20;
const REFRESH_MILLISECONDS = 4000;
/** While new entries appear by themselves: changed and deleted ones do not. */
const REFRESH_LIVE_MILLISECONDS = 10_000;

export const ENTRIES = ["entries"];

export function useEntries(filter: Filter, isLive: boolean) {
  const every = isLive ? REFRESH_LIVE_MILLISECONDS : REFRESH_MILLISECONDS;
  return useInfiniteQuery({
    queryKey: [...ENTRIES, filter],
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const variables = { ...filter, first: PAGE_SIZE, after: pageParam };
      return (await request(EntriesDocument, variables, signal)).entries;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    select: (data: Pages) => ({ entries: distinct(data), total: data.pages[0]?.totalCount ?? 0 }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => refreshEvery(every, state.data?.pages.length ?? 0, state.error),
  });
}

/** Interval in milliseconds. It grows with the number of pages, since each is refetched. A refusal ends it. */
function refreshEvery(every: number, pages: number, error: Error | null): number | false {
  if (pages === 0 || (error && !mayPass(error))) return false;
  return pages * every;
}

/** Removes duplicates: an entry added between two requests shifts the next page. */
function distinct({ pages }: Pages): Entry[] {
  const entries = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}
