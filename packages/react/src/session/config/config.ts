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

/** Source of the configuration, with overrides. */
export interface ConfigSource {
  /** URL of `config.json`, or the configuration itself. */
  readonly config: string | EntranceConfig;
  /** Overrides `redirectUri` of `config`. Relative to the page's origin. */
  readonly redirectUri?: string | undefined;
  /** Overrides `apiOrigins` of `config`. */
  readonly apiOrigins?: readonly string[] | undefined;
  /** `django`: the page's session is the Django session, which a sign-in with Microsoft starts. */
  readonly session?: "django" | undefined;
  /** What requests do if Microsoft wants to see the person first, unless they say so themselves. Default: `never`. */
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
