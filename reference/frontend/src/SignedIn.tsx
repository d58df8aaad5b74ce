/** Signed-in part: provides the session and its query cache, and selects the page. */
import { ConfirmSignIn } from "@django-entrance/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { AccountExistsPage } from "./account/AccountExistsPage";
import { NoRolePage } from "./account/NoRolePage";
import { RefusedPage } from "./account/RefusedPage";
import { LogPage } from "./log/LogPage";
import { StartingPage } from "./log/StartingPage";
import { Refused } from "./session/errors";
import { createQueryClient } from "./session/queryClient";
import { SessionContext } from "./session/SessionContext";
import type { LogbookSession } from "./session/unify";
import { useSignedInSession } from "./session/useSignedInSession";
import { useViewer } from "./session/useViewer";
import { Announcer } from "./ui/Announcer";
import { OfflineBanner } from "./ui/OfflineBanner";

export function SignedIn({ session }: { session: LogbookSession & { status: "signed-in" } }) {
  const signedIn = useSignedInSession(session);
  return (
    <SessionContext value={signedIn}>
      <Cache key={signedIn.id} />
    </SessionContext>
  );
}

/** One cache per session, so that no person sees cached data of another person. */
function Cache() {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <Announcer>
        <ConfirmSignIn className="confirm" />
        <Page />
        <OfflineBanner />
      </Announcer>
    </QueryClientProvider>
  );
}

function Page() {
  const { data: viewer, error, refetch } = useViewer();
  if (viewer?.canRead) return <LogPage viewer={viewer} />;
  if (viewer) return <NoRolePage viewer={viewer} onCheckAgain={refetch} />;
  if (error instanceof Refused && error.reason === "account_exists") return <AccountExistsPage onConnected={refetch} />;
  if (error) return <RefusedPage error={error} onTryAgain={refetch} />;
  return <StartingPage />;
}
