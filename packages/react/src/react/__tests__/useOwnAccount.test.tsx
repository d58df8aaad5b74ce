/** The hooks behind the account panel: sessions and accounts that end. */
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import {
  json,
  type RecordingFetch,
  recordingFetch,
  type SessionCall,
  signedIn,
  TestingProvider,
} from "../../testing.js";
import { useOwnAccount } from "../useOwnAccount.js";
import { useSignOut } from "../useSignOut.js";

const ACCOUNTS = [{ id: 7, tenant_id: "t", object_id: "o", connected_at: "2026-11-29T07:00:00Z" }];
const SESSIONS = [
  { id: "here", started_at: "2026-11-29T07:00:00Z", is_current: true },
  { id: "there", started_at: "2026-11-28T07:00:00Z", is_current: false },
];
const ALL = { accounts: ACCOUNTS, sessions: SESSIONS, password_needed: true };

function around(fetch: RecordingFetch, calls: SessionCall[] = []): { wrapper: (props: object) => ReactNode } {
  return { wrapper: (props) => <TestingProvider session={signedIn()} fetch={fetch} calls={calls} {...props} /> };
}

const refusal = (reason: string): Response =>
  Response.json({ type: `urn:django-entrance:${reason}`, title: reason, detail: "" }, { status: 403 });

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])("password_needed %s: isPasswordNeeded is %s", async (password_needed, expected) => {
  const fetch = recordingFetch({ "/entrance/account/": json({ ...ALL, password_needed }) });
  const { result } = renderHook(useOwnAccount, around(fetch));
  await waitFor(() => expect(result.current.own?.isPasswordNeeded).toBe(expected));
});

test("disconnecting sends the account and the password, shows what is left, and reads the session again", async () => {
  const fetch = recordingFetch({
    "GET /entrance/account/": json(ALL),
    "POST /entrance/account/": json({ ...ALL, accounts: [] }),
  });
  const calls: SessionCall[] = [];
  const { result } = renderHook(useOwnAccount, around(fetch, calls));
  await waitFor(() => expect(result.current.own?.accounts).toHaveLength(1));
  await act(async () => expect(await result.current.disconnect(7, "secret")).toBe(true));
  expect(fetch.requests.at(-1)?.body).toEqual({ action: "disconnect", account: "7", password: "secret" });
  expect([result.current.own?.accounts, result.current.error, calls]).toEqual([[], null, [{ name: "refresh" }]]);
});

test.each(["password_needed", "last_way_in"])("%s disconnects nothing", async (reason) => {
  const fetch = recordingFetch({
    "GET /entrance/account/": json(ALL),
    "POST /entrance/account/": () => refusal(reason),
  });
  const calls: SessionCall[] = [];
  const { result } = renderHook(useOwnAccount, around(fetch, calls));
  await waitFor(() => expect(result.current.own?.accounts).toHaveLength(1));
  await act(async () => expect(await result.current.disconnect(7)).toBe(false));
  expect([result.current.own?.accounts.length, result.current.error?.code, calls]).toEqual([1, reason, []]);
});

test.each<[string, (signOut: ReturnType<typeof useSignOut>) => Promise<void>, object, number]>([
  ["signOut", ({ signOut }) => signOut(), {}, 0],
  ["signOut to a page", ({ signOut }) => signOut({ returnTo: "/bye/" }), { options: { returnTo: "/bye/" } }, 0],
  ["signOut at Microsoft, too", ({ signOut }) => signOut({ everywhere: true }), { options: { everywhere: true } }, 0],
  ["signOutEverywhere", (it) => it.signOutEverywhere(), { options: { everywhere: true } }, 1],
  [
    "signOutEverywhere to a page",
    (it) => it.signOutEverywhere({ returnTo: "/bye/" }),
    { options: { everywhere: true, returnTo: "/bye/" } },
    1,
  ],
])("%s", async (_, run, expected, ended) => {
  const fetch = recordingFetch({ "/entrance/account/": json(ALL) });
  const calls: SessionCall[] = [];
  const { result } = renderHook(useSignOut, around(fetch, calls));
  await act(() => run(result.current));
  const posts = fetch.requests.filter(({ method }) => method === "POST");
  expect([calls, posts.length]).toEqual([[{ name: "signOut", ...expected }], ended]);
});
