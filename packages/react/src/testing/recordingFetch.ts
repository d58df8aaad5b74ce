/** A `fetch` that answers by path and records what was asked. */
import { EntranceError } from "../session/errors.js";

/** A request as the server would see it. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query; for another origin than the page's, the whole address. */
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as its value, other text as text, no body as null. */
  readonly body: unknown;
}

/** Makes the response to a request, or returns what `json(…)` gives. It may never resolve, or reject. */
export type Answer = (request: Request) => Response | Answer | Promise<Response | Answer>;

/** A `fetch` with its `requests`, in order. */
export interface RecordingFetch {
  (input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  readonly requests: readonly RecordedRequest[];
}

/** Answers with JSON. */
export function json(value: unknown, init: ResponseInit = {}): Answer {
  const headers = { "Content-Type": "application/json", ...(init.headers as Record<string, string>) };
  return () => new Response(JSON.stringify(value), { ...init, headers });
}

/**
 * Returns a `fetch` that answers a path by an entry such as `"/api/entries/"` or `"POST /api/entries/"`.
 *
 * A query counts only if the entry has it. A request without an entry is rejected with an error that names it.
 */
export function recordingFetch(answers: Readonly<Record<string, Answer>>): RecordingFetch {
  requireFetch();
  const requests: RecordedRequest[] = [];
  const recording = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof Request ? input : new URL(input, location.href), init);
    const url = shortened(request.url);
    const headers = Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value]));
    requests.push({ method: request.method, url, headers, body: toBody(await request.clone().text()) });
    const path = url.replace(/[?#].*$/, "");
    const keys = [`${request.method} ${url}`, url, `${request.method} ${path}`, path];
    const found = keys.find((key) => Object.hasOwn(answers, key));
    if (found === undefined) throw noAnswer(`${request.method} ${url}`, Object.keys(answers));
    request.signal.throwIfAborted();
    return responseOf(answers[found] as Answer, request);
  };
  return Object.assign(recording, { requests });
}

async function responseOf(answer: Answer, request: Request): Promise<Response> {
  const given = await answer(request);
  return typeof given === "function" ? responseOf(given, request) : given;
}

/** Jest's own jsdom has neither. */
function requireFetch(): void {
  if (typeof Request === "function" && typeof Response === "function") return;
  throw new Error(
    'This environment has no Request and Response. With Jest, use testEnvironment: "jest-fixed-jsdom" or "@happy-dom/jest-environment".',
  );
}

function shortened(address: string): string {
  const { origin, href } = new URL(address);
  return origin === location.origin ? href.slice(origin.length) : href;
}

function toBody(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function noAnswer(asked: string, known: readonly string[]): EntranceError {
  const list = known.length > 0 ? known.join(", ") : "nothing";
  return new EntranceError("unexpected", { message: `recordingFetch has no answer for ${asked}. It knows: ${list}.` });
}
