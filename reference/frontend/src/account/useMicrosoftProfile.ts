/** Query for who the person is at Microsoft; Logbook asks Microsoft Graph as that person. */
import { authorizedFetch, readRefusal } from "@django-entrance/react";
import { useQuery } from "@tanstack/react-query";
import { BadAnswer } from "../session/errors";

export type MicrosoftProfile = {
  displayName: string | null;
  userPrincipalName: string | null;
  mail: string | null;
  jobTitle: string | null;
};

export function useMicrosoftProfile() {
  return useQuery({ queryKey: ["microsoft-profile"], queryFn: ({ signal }) => ask(signal), retry: false });
}

async function ask(signal: AbortSignal): Promise<MicrosoftProfile> {
  const response = await authorizedFetch("/microsoft/me/", { headers: { Accept: "application/json" }, signal });
  if (response.ok) return response.json();
  throw (await readRefusal(response)) ?? new BadAnswer(`Logbook answered with status ${response.status}.`);
}
