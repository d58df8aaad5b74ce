/** One request of a caller: its options, what is sent of it, and how often. */
import { CSRF, isSafe, kept } from "../django/csrf.js";
import { EntranceError } from "../errors.js";
import { networkError } from "../failures.js";
import { unlessAborted } from "../waiting/limit.js";

/**
 * What a request does if Microsoft wants to see the person first. No request opens a window or leaves the page: the
 * session becomes `needs-interaction`, and its `confirm` does that in a click.
 *
 * `never`: the request rejects with `interaction_required`. `click`: it waits for the confirmation, and goes on.
 */
export type InteractionMode = "click" | "never";

/** Options of `fetch`, and of the session's. */
export interface AuthorizedRequestInit extends RequestInit {
  /** `optional`: without a signed-in person, the request is sent without a proof. Default: it is refused then. */
  readonly authorization?: "required" | "optional" | undefined;
  /** Default: `interaction` of the session, or `never`. */
  readonly interaction?: InteractionMode | undefined;
  /** Turns the first response into the 401 that it means, for an API that refuses with status 200. */
  readonly translate?: ((response: Response) => Promise<Response>) | undefined;
}

const AUTHORIZATION = "Authorization";

export class Call {
  /** What is sent. */
  request: Request;
  readonly mode: InteractionMode | undefined;
  readonly isOptional: boolean;
  /** A stream can be read once: the caller gets the 401, after the renewal, and may send a new stream. */
  readonly isOnce: boolean;
  /** Whether the first response came from where a redirect led. */
  #isLed = false;
  readonly #translate: (response: Response) => Promise<Response>;

  /** Throws `authorization_given` for a request that brings its own `Authorization`. */
  constructor(request: Request, init: AuthorizedRequestInit = {}) {
    this.request = request;
    if (this.request.headers.has(AUTHORIZATION)) throw new EntranceError("authorization_given");
    this.mode = init.interaction;
    this.isOptional = init.authorization === "optional";
    this.isOnce = init.body instanceof ReadableStream;
    this.#translate = init.translate ?? (async (response) => response);
  }

  get url(): URL {
    return new URL(this.request.url);
  }

  /** Whether it only reads: Django asks no CSRF token of it. */
  get isSafe(): boolean {
    return isSafe(this.request.method);
  }

  /**
   * Whether it may be sent again. A redirect comes after what was asked for was done, so a refusal of the page where it
   * led says nothing of that.
   */
  get isRepeatable(): boolean {
    return !this.isOnce && (this.isSafe || !this.#isLed);
  }

  /** Has cookies sent, to another origin of the same site, too. */
  sendCookies(): void {
    this.request = new Request(this.request, { credentials: "include" });
  }

  /** Sends it for the first time. A copy of a stream would be kept in memory as a whole. */
  async first(header: string | undefined, value: string, asItIs = false): Promise<Response> {
    const response = await send(this.isOnce ? this.request : this.request.clone(), header, value);
    this.#isLed = response.redirected;
    return asItIs ? response : this.#translate(response);
  }

  /** Sends it for the last time. */
  last(header: string | undefined, value: string): Promise<Response> {
    return send(this.request, header, value);
  }

  /** Sends it with the proof that its headers have by now. */
  async proved(): Promise<Response> {
    return this.#translate(await send(this.request));
  }

  /** Sends it without a proof. */
  bare(): Promise<Response> {
    return send(this.request);
  }

  /** Waits for `work`, or for the caller to abort. */
  waitFor<T>(work: Promise<T>): Promise<T> {
    return unlessAborted(work, this.request.signal);
  }
}

async function send(request: Request, header?: string, value = ""): Promise<Response> {
  if (header !== undefined) request.headers.set(header, value);
  try {
    return await fetch(request, header === CSRF ? kept(request.url) : {});
  } catch (error) {
    if (request.signal.aborted || error instanceof EntranceError) throw error;
    throw networkError(`fetch of ${new URL(request.url).origin}`, error);
  }
}
