/** Renders a component for a signed-in person, with a scripted API. */
import type { Session } from "@django-entrance/react";
import { type SessionCall, signedIn, TestingProvider } from "@django-entrance/react/testing";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { createQueryClient } from "../session/queryClient";
import { Announcer } from "../ui/Announcer";
import { scriptedApi } from "./scriptedApi";

export const PASSWORD_SESSION = signedIn({ name: "barbara", username: "barbara", via: "password" });

type Setting = {
  /** Default: a person with a password. */
  session?: Session;
  /** Answers instead of the scripted API. */
  fetch?: typeof globalThis.fetch;
};

export function renderSignedIn(
  children: ReactNode,
  script: Parameters<typeof scriptedApi>[0],
  { session = PASSWORD_SESSION, fetch }: Setting = {},
) {
  const api = scriptedApi(script);
  const calls: SessionCall[] = [];
  render(
    <TestingProvider session={session} fetch={fetch ?? api.fetch} calls={calls}>
      <QueryClientProvider client={createQueryClient(() => {})}>
        <Announcer>{children}</Announcer>
      </QueryClientProvider>
    </TestingProvider>,
  );
  return { ...api, calls, user: userEvent.setup() };
}
