/** Hook: shows entries of other people as they are added. Returns whether the list is live. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { Viewer } from "../session/useViewer";
import { useAnnounce } from "../ui/Announcer";
import { isActive } from "./FilterSummary";
import { followEntries, type LiveState, later } from "./followEntries";
import { ENTRIES, type Entry, type Filter, type Pages } from "./useEntries";

export function useLiveEntries(viewer: Viewer): LiveState {
  const [state, setState] = useState<LiveState>("starting");
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  const onEntry = useEffectEvent((entry: Entry) => {
    showEntry(queryClient, entry);
    if (entry.author.username !== viewer.username) announce(`New entry by ${entry.author.fullName}.`);
  });

  useEffect(() => {
    let stop: (() => void) | null = () => {};
    void import("../session/liveClient").then(({ liveClient }) => {
      if (stop) stop = followEntries(liveClient, { newest: () => newestOf(queryClient), onEntry, onState: setState });
    });
    return () => {
      stop?.();
      stop = null;
    };
  }, [queryClient]);
  return state;
}

/** Puts an entry on top of the whole list, once. A list with a filter, or one that is being read, is read again. */
export function showEntry(queryClient: QueryClient, entry: Entry): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: ENTRIES })) {
    const filter = query.queryKey[1] as Filter;
    if (!isActive(filter)) queryClient.setQueryData<Pages>(query.queryKey, (data) => data && withEntry(data, entry));
    if (isActive(filter) || query.state.fetchStatus === "fetching") {
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  }
}

function withEntry(data: Pages, entry: Entry): Pages {
  const [first, ...rest] = data.pages;
  if (!first || data.pages.some(({ edges }) => edges.some(({ node }) => node.id === entry.id))) return data;
  const edges = [{ node: entry }, ...first.edges];
  return { ...data, pages: [{ ...first, edges, totalCount: first.totalCount + 1 }, ...rest] };
}

/** The newest entry of the lists that were read; "0" if they are empty. */
export function newestOf(queryClient: QueryClient): string | undefined {
  const lists = queryClient.getQueriesData<Pages>({ queryKey: ENTRIES }).flatMap(([, data]) => data ?? []);
  const ids = lists.flatMap(({ pages }) => pages.flatMap(({ edges }) => edges.map(({ node }) => node.id)));
  return lists.length > 0 ? ids.reduce(later, "0") : undefined;
}
