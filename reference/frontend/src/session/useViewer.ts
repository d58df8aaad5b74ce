/** Who the API says is signed in, and what they may do. */
import { useQuery } from "@tanstack/react-query";
import { ViewerDocument, type ViewerQuery } from "../graphql/generated/documents";
import { GraphQLFailure } from "./errors";
import { useSignedIn } from "./SessionContext";

export type Viewer = NonNullable<ViewerQuery["viewer"]>;

export function useViewer() {
  const { request } = useSignedIn();
  return useQuery({
    queryKey: ["viewer"],
    queryFn: async ({ signal }): Promise<Viewer> => {
      const { viewer } = await request(ViewerDocument, {}, signal);
      if (!viewer) throw new GraphQLFailure("UNAUTHENTICATED", "The API sees nobody signed in.");
      return viewer;
    },
  });
}
