/** Validates a configuration. All URLs become absolute. */

import { invalid } from "../failures.js";
import type { AuthorityMetadata, CheckedConfig } from "./config.js";
import { refuseOpen } from "./origins.js";

/** The members of a configuration, as they were found. */
export type Members = Readonly<Record<string, unknown>>;

export function checkConfig(found: Members, base: URL): CheckedConfig {
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
  const url = refuseOpen(address(value, "apiOrigins"), "apiOrigins", value);
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
  refuseOpen(address(value, name), name, value);
  return value;
}

function address(value: unknown, name: string, base?: string | URL): URL {
  if (typeof value === "string" && URL.canParse(value, base)) return new URL(value, base);
  throw invalid(`${name} must be an address, not ${String(value)}`);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
