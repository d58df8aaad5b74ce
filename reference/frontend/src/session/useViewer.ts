/** Query for the signed-in user and their rights. */
import { useQuery } from "@tanstack/react-query";
import { ViewerDocument, type ViewerQuery } from "../graphql/generated/documents";
import { GraphQLFailure } from "./errors";
import { VIEWER } from "./queryClient";
import { request } from "./request";

/** Roles change in Entra and in Logbook while people are signed in. */
const REFRESH_MILLISECONDS = 30_000;

export type Viewer = NonNullable<ViewerQuery["viewer"]>;

export function useViewer() {
  return useQuery({
    queryKey: VIEWER,
    refetchInterval: REFRESH_MILLISECONDS,
    queryFn: async ({ signal }): Promise<Viewer> => {
      const { viewer } = await request(ViewerDocument, {}, signal);
      if (!viewer) throw new GraphQLFailure("UNAUTHENTICATED", "The API reports no signed-in user.");
      return viewer;
    },
  });
}
