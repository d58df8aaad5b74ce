/** Loads and validates the configuration of the front end. */

import { loadRest } from "../loadRest.js";
import type { InteractionMode } from "../requests/call.js";
import { LIMIT_MS, within } from "../waiting/limit.js";

/** Endpoints of an authority outside Microsoft's clouds, as in its discovery document. */
export interface AuthorityMetadata {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint?: string;
  readonly issuer?: string;
  readonly jwks_uri?: string;
}

/** Content of `GET /entrance/config.json`. An application may also write it itself. */
export interface EntranceConfig {
  /** https URL of the authority: `https://login.microsoftonline.com/<tenant>`. */
  readonly authority: string;
  /** Application (client) ID of the front end. */
  readonly clientId: string;
  /** Scopes of the API, such as `api://<API client id>/access_as_user`. */
  readonly scopes: readonly string[];
  /** URL of the redirect bridge page, on the page's own origin. */
  readonly redirectUri: string;
  /** Authority hosts that MSAL trusts without asking Microsoft. Empty for Microsoft's own. */
  readonly knownAuthorities?: readonly string[];
  readonly authorityMetadata?: AuthorityMetadata | null;
  /** URL after sign-out, relative to the page's origin. Default: `/`. */
  readonly postLogoutRedirectUri?: string;
  /** Origins that may receive the access token besides the page's own, such as `https://api.contoso.example`. */
  readonly apiOrigins?: readonly string[];
}

/** Options of a session. */
export interface ConfigSource {
  /** URL of the `config.json` that django-entrance serves, or the configuration itself. */
  readonly config: string | EntranceConfig;
  /** Redirect bridge page of a front end on another origin than Django, such as `/redirect.html`. Default: `redirectUri` of `config`. */
  readonly redirectUri?: string | undefined;
  /** Origins that may receive the access token, besides the page's own. Default: `apiOrigins` of `config`. */
  readonly apiOrigins?: readonly string[] | undefined;
  /**
   * `django`: a sign-in with Microsoft starts a Django session, and the page's session is that one, an own login's of the
   * site, too. Default: the session is Microsoft's account in this browser.
   */
  readonly session?: "django" | undefined;
  /**
   * What requests do if Microsoft wants to see the person first. `never` (default): they reject with
   * `interaction_required`. `click`: they wait for `confirm` of the session, and go on after it.
   */
  readonly interaction?: InteractionMode | undefined;
}

/** A validated configuration. All URLs are absolute. */
export type CheckedConfig = Required<EntranceConfig>;

/**
 * Loads and validates the configuration. Throws `config_unreachable`, `offline` or `config_invalid`.
 *
 * Asks this page's own server at once, and another one only after a look at its address.
 */
export async function readConfig(source: ConfigSource): Promise<CheckedConfig> {
  const { config } = source;
  const rest = loadRest(); // first, so that its own limit ends first
  if (typeof config !== "string") return rest.then(({ finishConfig }) => finishConfig(source));
  const url = new URL(config, location.origin); // never an injected <base>
  const read = async (signal: AbortSignal): Promise<CheckedConfig> => {
    const ask = (): Promise<Response> => fetch(url, { headers: { Accept: "application/json" }, signal });
    const early = url.origin === location.origin ? ask() : null;
    early?.catch(() => {}); // it is read below
    return (await rest).finishConfig(source, { url, answer: () => early ?? ask() });
  };
  return within(LIMIT_MS, read, "config_unreachable", `GET ${url.href}`);
}
