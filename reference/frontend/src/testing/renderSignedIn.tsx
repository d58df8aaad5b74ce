/** Renders a component in a signed-in session with a scripted API. */
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { createQueryClient } from "../session/queryClient";
import { createRequest } from "../session/request";
import { SessionContext } from "../session/SessionContext";
import type { SignedInSession } from "../session/useSignedInSession";
import { Announcer } from "../ui/Announcer";
import { scriptedApi } from "./scriptedApi";

export function renderSignedIn(
  children: ReactNode,
  script: Parameters<typeof scriptedApi>[0],
  session: Partial<SignedInSession> = {},
) {
  const api = scriptedApi(script);
  const signedIn: SignedInSession = {
    id: "test",
    request: createRequest(api.send),
    send: () => new Promise(() => {}),
    microsoft: null,
    signOut: async () => {},
    problem: null,
    signInAgain: null,
    signOutEverywhere: null,
    ...session,
  };
  render(
    <SessionContext value={signedIn}>
      <QueryClientProvider client={createQueryClient()}>
        <Announcer>{children}</Announcer>
      </QueryClientProvider>
    </SessionContext>,
  );
  return { ...api, user: userEvent.setup() };
}
