/** What docs/data.md says of TanStack Query when the person changes. */
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { QueriesOfPerson } from "samples/data/queriesOfPerson.tsx";
import { expect, test } from "vitest";
import { authorizedFetch, SignedIn, SignedOut, SignInWithMicrosoft } from "../../index.js";
import { json, needsInteraction, recordingFetch, signedIn, signedOut, TestingProvider } from "../../testing.js";

function Hello() {
  const { status, data } = useQuery({
    queryKey: ["hello"],
    queryFn: async () => (await authorizedFetch("/api/hello/")).json(),
  });
  return (
    <p>
      {status} {data}
    </p>
  );
}

/** Counts its answers. */
function counting() {
  let answers = 0;
  return recordingFetch({ "/api/hello/": () => json(`answer ${++answers}`) });
}

async function signInWith(change) {
  const client = new QueryClient();
  const api = counting();
  render(
    <TestingProvider fetch={api} onSignedIn={() => change(client)}>
      <QueryClientProvider client={client}>
        <SignedOut>
          <SignInWithMicrosoft />
        </SignedOut>
        <SignedIn>
          <Hello />
        </SignedIn>
      </QueryClientProvider>
    </TestingProvider>,
  );
  fireEvent.click(screen.getByRole("button"));
  return api;
}

test("resetQueries in onSignedIn reads anew what is shown", async () => {
  await signInWith((client) => client.resetQueries());
  expect(await screen.findByText(/success answer/)).toBeTruthy();
});

const shown = (session, api, view = <Hello />) => (
  <TestingProvider session={session} fetch={api}>
    <QueriesOfPerson>{view}</QueriesOfPerson>
  </TestingProvider>
);

test.each([
  ["Microsoft", signedIn({ name: "Grace Hopper" })],
  ["an own login", signedIn({ username: "barbara", via: "password" })],
])("with a client for each person, that of %s sees nothing of the last one", async (_, next) => {
  const api = counting();
  const { rerender } = render(shown(signedIn(), api));
  await screen.findByText("success answer 1");
  rerender(shown(next, api));
  expect(screen.getByText("pending")).toBeTruthy();
  await screen.findByText("success answer 2");
  rerender(shown(signedOut(), api));
  expect(screen.queryByText(/answer/)).toBeNull();
});

test("a person whom Microsoft wants to see keeps the views", async () => {
  const api = counting();
  const draft = <input aria-label="Draft" />;
  const { rerender } = render(shown(signedIn(), api, draft));
  fireEvent.change(screen.getByLabelText("Draft"), { target: { value: "moth" } });
  rerender(shown(needsInteraction(), api, draft));
  expect(screen.getByLabelText("Draft").value).toBe("moth");
  rerender(shown(signedIn({ name: "Grace Hopper" }), api, draft));
  expect(screen.getByLabelText("Draft").value).toBe("");
});
