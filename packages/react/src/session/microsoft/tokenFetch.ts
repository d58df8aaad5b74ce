/** Sends a request with the access token. It comes with MSAL: no request needs it before. */

import type { Account } from "../account.js";
import { foreignOrigin, refuseForeignOrigin } from "../config/origins.js";
import type { Call } from "../requests/call.js";
import { onceSeen } from "../requests/onceSeen.js";
import { unauthorized } from "../requests/send.js";
import type { SessionStore } from "../session.js";
import type { Renewal } from "./accessToken.js";
import type { Microsoft } from "./microsoft.js";

const AUTHORIZATION = "Authorization";

/** `account` is the one that the page showed when the request was made. `check` throws once another person is signed in. */
export async function sendWithToken(
  { config, tokens }: Microsoft,
  store: SessionStore,
  call: Call,
  account: Account | null,
  check: () => void,
): Promise<Response> {
  check();
  const { url } = call.request;
  refuseForeignOrigin(url, config.apiOrigins);
  const person = account?.objectId ? account : tokens.person(); // the session may be another login's
  const get = async (renewal: Renewal): Promise<string> => {
    const token = await onceSeen(store, call.mode, () => store.token(renewal, person), call.request.signal);
    check();
    return token;
  };
  const token = await get({});
  const response = await call.first(AUTHORIZATION, `Bearer ${token}`);
  if (response.status !== 401 || foreignOrigin(response, url) !== null) return response;
  const { renewalAfter } = await unauthorized();
  const renewed = await get(await renewalAfter(response, token));
  if (renewed === token || !call.isRepeatable) return response;
  await response.body?.cancel();
  return call.last(AUTHORIZATION, `Bearer ${renewed}`);
}
