/** Loads and validates the configuration of the front end. */

import { type EntranceError, invalid, unreachable } from "../errors.js";
import type { InteractionMode } from "../requests/call.js";
import { LIMIT_MS, within } from "../waiting/limit.js";
import { loadPart } from "../waiting/loadPart.js";
import { foreignOrigin, refuseOpen } from "./origins.js";

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

export type Members = Readonly<Record<string, unknown>>;

/**
 * Loads and validates the configuration. Throws `config_unreachable`, `offline` or `config_invalid`.
 *
 * Relative URLs are resolved against the page's origin, never against an injected `<base>`.
 */
export async function readConfig(source: ConfigSource): Promise<CheckedConfig> {
  const { config, redirectUri, apiOrigins } = source;
  const base = typeof config === "string" ? new URL(config, location.origin) : new URL(location.origin);
  const [found, { checkConfig }] = await Promise.all([
    typeof config === "string" ? fetchMembers(base) : config,
    loadPart(() => import("./configCheck.js"), "checkConfig"),
  ]);
  const own = redirectUri === undefined ? {} : { redirectUri: new URL(redirectUri, location.origin).href };
  return checkConfig({ ...found, ...own, ...(apiOrigins === undefined ? {} : { apiOrigins }) }, base);
}

async function fetchMembers(url: URL): Promise<Members> {
  if (url.origin !== location.origin) refuseOpen(url, "config");
  const found = await within(LIMIT_MS, (signal) => fetchJson(url, signal), "config_unreachable", `GET ${url.href}`);
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    throw invalid(`${url.href} is not a JSON object`);
  }
  return found as Members;
}

async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, signal }).catch((cause) => {
    throw notLoaded(url, "the server did not answer", cause);
  });
  const elsewhere = foreignOrigin(response, url.href);
  if (elsewhere !== null) throw notLoaded(url, `the server redirected to ${elsewhere}`);
  if (!response.ok) throw notLoaded(url, `the server answered ${response.status}`);
  const text = await response.text().catch((cause) => {
    throw notLoaded(url, "the connection broke", cause);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${url.href} is not JSON`);
  }
}

function notLoaded(url: URL, reason: string, cause?: unknown): EntranceError {
  const message = `The sign-in settings could not be loaded from ${url.href}: ${reason}.`;
  return unreachable("config_unreachable", { message, cause });
}
