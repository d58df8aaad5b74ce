/** Shows its children until it is known who is signed in. */
import type { ReactNode } from "react";
import { useTexts } from "./TextsContext.js";
import { useSession } from "./useSession.js";

export interface SessionLoadingProps {
  /** Default: "Loading…". */
  readonly children?: ReactNode;
}

export function SessionLoading({ children }: SessionLoadingProps): ReactNode {
  const { loading } = useTexts();
  return useSession().status === "starting" ? (children ?? <p className="entrance-loading">{loading}</p>) : null;
}
