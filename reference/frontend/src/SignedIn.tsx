/** Signed-in part: provides the query cache, and selects the page. */
import { ConfirmSignIn, useSignIn } from "@django-entrance/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { AccountExistsPage } from "./account/AccountExistsPage";
import { NoRolePage } from "./account/NoRolePage";
import { RefusedPage } from "./account/RefusedPage";
import { LogPage } from "./log/LogPage";
import { StartingPage } from "./log/StartingPage";
import { Refused } from "./session/errors";
import { createQueryClient } from "./session/queryClient";
import { useViewer } from "./session/useViewer";
import { Announcer } from "./ui/Announcer";
import { OfflineBanner } from "./ui/OfflineBanner";

export default function SignedIn() {
  const { refresh } = useSignIn();
  const [queryClient] = useState(() => createQueryClient(() => void refresh()));
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
