/** Reads the answer of `config.json`, and says what is wrong with it. */
import { type EntranceError, unreachable } from "../errors.js";
import { invalid } from "../failures.js";
import { checkConfig, type Members } from "./checkConfig.js";
import type { CheckedConfig, ConfigSource } from "./config.js";
import { foreignOrigin, refuseOpen } from "./origins.js";

/** A `config.json` that was asked for, or may be now. */
interface Asked {
  readonly url: URL;
  answer(): Promise<Response>;
}

/** Validates the configuration. Relative URLs are resolved against the page's origin, never against an injected `<base>`. */
export async function finishConfig(source: ConfigSource, asked?: Asked): Promise<CheckedConfig> {
  const { config, redirectUri, apiOrigins } = source;
  const found: object = asked ? await readMembers(asked) : (config as object);
  const own = redirectUri === undefined ? {} : { redirectUri: new URL(redirectUri, location.origin).href };
  const overrides = { ...own, ...(apiOrigins === undefined ? {} : { apiOrigins }) };
  return checkConfig({ ...found, ...overrides }, asked?.url ?? new URL(location.origin));
}

async function readMembers({ url, answer }: Asked): Promise<Members> {
  if (url.origin !== location.origin) refuseOpen(url, "config");
  const found = await readJson(url, answer());
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    throw invalid(`${url.href} is not a JSON object`);
  }
  return found as Members;
}

async function readJson(url: URL, answer: Promise<Response>): Promise<unknown> {
  const response = await answer.catch((cause) => {
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
