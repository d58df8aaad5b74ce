/** Loads and validates the configuration of the front end. */
import type { InteractionMode } from "./call.js";
import { EntranceError, unreachable } from "./errors.js";
import { LIMIT_MS, within } from "./limit.js";
import { foreignOrigin, isConfidential } from "./origins.js";

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

type Members = Readonly<Record<string, unknown>>;

/**
 * Loads and validates the configuration. Throws `config_unreachable`, `offline` or `config_invalid`.
 *
 * Relative URLs are resolved against the page's origin, never against an injected `<base>`.
 */
export async function readConfig(source: ConfigSource): Promise<CheckedConfig> {
  const { config, redirectUri, apiOrigins } = source;
  const base = typeof config === "string" ? new URL(config, location.origin) : new URL(location.origin);
  const found = typeof config === "string" ? await fetchMembers(base) : { ...config };
  const own = redirectUri === undefined ? {} : { redirectUri: new URL(redirectUri, location.origin).href };
  return checkConfig({ ...found, ...own, ...(apiOrigins === undefined ? {} : { apiOrigins }) }, base);
}

async function fetchMembers(url: URL): Promise<Members> {
  if (url.origin !== location.origin) confidential(url, "config");
  const found = await within(LIMIT_MS, (signal) => fetchJson(url, signal), "config_unreachable", `GET ${url.href}`);
  if (!isMembers(found)) throw invalid(`${url.href} is not a JSON object`);
  return found;
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

function checkConfig(found: Members, base: URL): CheckedConfig {
  return {
    authority: httpsAddress(found, "authority"),
    clientId: text(found, "clientId"),
    scopes: scopes(found),
    redirectUri: ownAddress(text(found, "redirectUri"), base),
    knownAuthorities: texts(found, "knownAuthorities"),
    authorityMetadata: metadata(found),
    postLogoutRedirectUri: signedOutPage(found, base),
    apiOrigins: texts(found, "apiOrigins").map(origin),
  };
}

function text(found: Members, name: string): string {
  const value = found[name];
  if (value === undefined) throw invalid(`${name} is missing`);
  if (typeof value !== "string" || value === "") throw invalid(`${name} must be a text that is not empty`);
  return value;
}

function texts(found: Members, name: string): readonly string[] {
  const value = found[name] ?? [];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === "string" && item !== "")) {
    throw invalid(`${name} must be a list of texts`);
  }
  return value;
}

function scopes(found: Members): readonly string[] {
  const value = texts(found, "scopes");
  if (value.length === 0) throw invalid("scopes must name at least one scope of the API");
  return value;
}

function httpsAddress(found: Members, name: string): string {
  const value = text(found, name);
  if (address(value, name).protocol !== "https:") throw invalid(`${name} must be an https address, not ${value}`);
  return value;
}

function ownAddress(value: string, base: URL): string {
  const { href, origin } = address(value, "redirectUri", base);
  if (origin !== location.origin) {
    throw invalid(
      `redirectUri ${href} must be on this page's origin ${location.origin}; serve the redirect bridge there`,
    );
  }
  return href;
}

/** A path in the `config.json` of another origin belongs to that site, so `/` of this page replaces it. */
function signedOutPage(found: Members, base: URL): string {
  const value = found["postLogoutRedirectUri"] ?? "/";
  const url = address(value, "postLogoutRedirectUri", location.origin);
  const isForeignPath = base.origin !== location.origin && !URL.canParse(String(value));
  return isForeignPath ? `${location.origin}/` : url.href;
}

function origin(value: string): string {
  const url = confidential(address(value, "apiOrigins"), "apiOrigins", value);
  if (url.href !== `${url.origin}/`) throw invalid(`apiOrigins must hold origins such as ${url.origin}, not ${value}`);
  return url.origin;
}

function metadata(found: Members): AuthorityMetadata | null {
  const value = found["authorityMetadata"] ?? null;
  if (value === null) return null;
  if (!isMembers(value)) throw invalid("authorityMetadata must be null or an object");
  const endpoints = {
    authorization_endpoint: endpoint(value, "authorization_endpoint"),
    token_endpoint: endpoint(value, "token_endpoint"),
  };
  if (value["end_session_endpoint"] !== undefined) endpoint(value, "end_session_endpoint");
  return { ...value, ...endpoints };
}

function endpoint(found: Members, name: string): string {
  const value = text(found, name);
  confidential(address(value, name), name, value);
  return value;
}

function confidential(url: URL, name: string, written = url.href): URL {
  if (isConfidential(url)) return url;
  throw invalid(`${name} must be an https address (http is for localhost only), not ${written}`);
}

function address(value: unknown, name: string, base?: string | URL): URL {
  if (typeof value === "string" && URL.canParse(value, base)) return new URL(value, base);
  throw invalid(`${name} must be an address, not ${String(value)}`);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(reason: string): EntranceError {
  return new EntranceError("config_invalid", {
    message: `The sign-in settings of this application are wrong: ${reason}.`,
  });
}

function notLoaded(url: URL, reason: string, cause?: unknown): EntranceError {
  const message = `The sign-in settings could not be loaded from ${url.href}: ${reason}.`;
  return unreachable("config_unreachable", { message, cause });
}
