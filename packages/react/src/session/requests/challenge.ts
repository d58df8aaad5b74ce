/** Reads claims challenges from `WWW-Authenticate` (RFC 9110, section 11.6.1). */

import { EntranceError } from "../errors.js";
import { readRefusal } from "./refusals.js";

/** A scheme and its parameters. Names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SEPARATOR = /[\s,]*/y;
const PARAMETER = new RegExp(`(${TOKEN})\\s*=\\s*(?:(${TOKEN})(?![^\\s,])|"((?:[^"\\\\]|\\\\.)*)")`, "y");
const SCHEME = new RegExp(`(${TOKEN})(?:\\s+[0-9A-Za-z._~+/-]+=*(?=\\s*(?:,|$)))?`, "y");

/** Returns the challenges of a header value, in order, up to the first syntax error. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (read(SEPARATOR) && at < header.length) {
    const parameter = challenges.length > 0 ? read(PARAMETER) : null;
    if (parameter) {
      challenges.at(-1)?.parameters.set(nameOf(parameter), textOf(parameter));
      continue;
    }
    const scheme = read(SCHEME);
    if (!scheme) break;
    challenges.push({ scheme: String(scheme[1]).toLowerCase(), parameters: new Map() });
  }
  return challenges;
}

/**
 * Returns the claims that the API requires, as JSON text, or null.
 *
 * See https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function claimsChallenge(response: Response): string | null {
  const header = response.headers.get("WWW-Authenticate") ?? "";
  const claims = parseChallenges(header)
    .filter(({ scheme, parameters }) => scheme === "bearer" && parameters.get("error") === "insufficient_claims")
    .map(({ parameters }) => decodeJson(parameters.get("claims") ?? ""));
  return claims[0] ?? null;
}

/** Returns what the API says that it needs the claims for, or null: the refusal's sentences, or `error_description`. */
export async function challengeReason(response: Response): Promise<string | null> {
  const refusal = await readRefusal(response);
  if (refusal) return refusal.message;
  const [bearer] = parseChallenges(response.headers.get("WWW-Authenticate") ?? "");
  return bearer?.parameters.get("error_description") ?? null;
}

/** Returns the error with the API's reason as its message, if it says that Microsoft wants to see the person. */
export function withReason(error: unknown, reason: string | null | undefined): unknown {
  const isDemand = error instanceof EntranceError && error.code === "interaction_required";
  return isDemand && reason ? new EntranceError(error.code, { message: reason, details: error.details }) : error;
}

function nameOf(parameter: RegExpExecArray): string {
  return String(parameter[1]).toLowerCase();
}

function textOf(parameter: RegExpExecArray): string {
  return parameter[2] ?? String(parameter[3]).replace(/\\(.)/g, "$1");
}

/** Returns the JSON text of a challenge in base64, or null. */
export function decodeJson(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}
