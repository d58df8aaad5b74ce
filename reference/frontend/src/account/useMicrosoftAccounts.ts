/** Query and mutations for the Microsoft accounts and the sessions of the person's Logbook account. */
import { authorizedFetch, EntranceError, readRefusal } from "@django-entrance/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BadAnswer } from "../session/errors";
import { inOneSentence } from "../session/explain";

export type MicrosoftAccount = { id: number; tenant_id: string; object_id: string; connected_at: string };
export type OwnSession = { id: string; door: "session" | "page"; started_at: string; is_current: boolean };
export type MicrosoftAccounts = { accounts: MicrosoftAccount[]; sessions?: OwnSession[]; password_needed: boolean };

const ADDRESS = "/entrance/account/";
const KEY = ["microsoft-accounts"];

export function useMicrosoftAccounts() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask({ signal }) });
}

export function useDisconnect() {
  return useAction(({ account, password }: { account: MicrosoftAccount; password: string }) => ({
    action: "disconnect",
    account: String(account.id),
    password,
  }));
}

export function useEndSession() {
  return useAction((session: OwnSession) => ({ action: "sign_out", session: session.id }));
}

function useAction<What>(toBody: (what: What) => Record<string, string>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (what: What) => ask({ method: "POST", body: JSON.stringify(toBody(what)) }),
    onSuccess: (answer) => queryClient.setQueryData(KEY, answer),
  });
}

async function ask(init: RequestInit): Promise<MicrosoftAccounts> {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const response = await authorizedFetch(ADDRESS, { ...init, headers });
  if (response.ok) return response.json();
  throw (await readRefusal(response)) ?? new BadAnswer(`Logbook answered with status ${response.status}.`);
}

/** Explains an error. The sentences of refusals need no title. */
export const accountProblem = (error: Error) => (error instanceof EntranceError ? error.message : inOneSentence(error));
