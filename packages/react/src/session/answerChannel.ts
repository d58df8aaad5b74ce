/** The wire between the redirect bridge and the page that opened it: "the answer is here, my window will close". */

/** Opens the channel of one sign-in attempt; the attempt's name travels in the `state` parameter. */
export function answerChannel(attempt: string): BroadcastChannel {
  return new BroadcastChannel(`django-entrance.${attempt}`);
}

/** The attempt an authorisation response belongs to, or null. MSAL writes `<its own state>|<attempt>`. */
export function attemptIn(response: URLSearchParams): string | null {
  return response.get("state")?.split("|")[1] ?? null;
}
