/** Steers a running entra-double over its control interface, and starts one for a test. */

/** What entra-double has refused; `message` says why. `status` is 0 when nobody, or somebody else, answers. */
export class EntraDoubleError extends Error {
  readonly status: number;
}

export type Endpoint =
  | "any"
  | "discovery"
  | "keys"
  | "authorize"
  | "token"
  | "device"
  | "logout"
  | "userinfo"
  | "graph"
  | `/${string}`;
export type Kind = "down" | "unavailable" | "throttled" | "slow" | "dripping" | "garbage" | "huge" | "redirect";

export interface Outage {
  /** Which endpoint, or a pattern of paths in which `*` stands for anything; all of them when left out. */
  endpoint?: Endpoint;
  kind: Kind;
  /** How long `slow` waits and `dripping` waits between two bytes; what `throttled` writes into Retry-After. */
  seconds?: number;
  /** How many requests it meets; until `endOutages` when left out. */
  times?: number;
}

/** Seconds from the real time, seconds from where the clock is, or a moment in seconds since 1970. */
export type ClockWish = { offset: number } | { advance: number } | { at: number };

export interface TokenWishes {
  /** The client's id; Logbook web's when left out. */
  client?: string;
  scope?: string;
  version?: 1 | 2;
  /** "acting" if the client is an agent that acts for the person, "account" if the account is the agent's own. */
  agent?: "acting" | "account";
  /** Claims to change; null leaves one out. */
  claims?: Record<string, unknown>;
}

export interface Forgery {
  name: string;
  group: string;
  corpus: string[];
  says: string;
  /** What an API must do with it: refuse, accept (a control), or either, but never fail. */
  expect: "refuse" | "accept" | "either";
  status: 401 | 403;
}

export interface RecordedRequest {
  method: string;
  path: string;
  /** The emulator's time, in seconds since 1970. */
  at: number;
  grant_type: string | null;
  client_id: string | null;
  person: string | null;
  status: number | null;
  /** The number of the error that it was refused with. */
  aadsts: number | null;
  reason: string | null;
  /** Names of what was sent, with the values that cannot be a secret. */
  parameters: Record<string, string | null>;
}

export class EntraDouble {
  readonly url: string;
  /** Which process it is: another one after each start. */
  readonly instance: string;
  /** Back to the state at start; only the signing keys stay. */
  reset(): Promise<void>;
  /** Keeps the state of this moment; the answer is what `rollback` takes. */
  snapshot(): Promise<string>;
  rollback(id: string): Promise<void>;
  /** An access token of a person, by user name (its domain may be left out) or object id, without a browser. */
  token(person: string, wishes?: TokenWishes): Promise<string>;
  /** An application's own access token, by client id. */
  applicationToken(
    application: string,
    wishes?: {
      scope?: string;
      /** Whether the application is an agent that comes as itself. */
      agent?: boolean;
      claims?: Record<string, unknown>;
    },
  ): Promise<string>;
  /** A token that an API has to refuse; `forgeries` lists the names. */
  forgery(name: string, wishes?: { person?: string; client?: string; scope?: string }): Promise<string>;
  forgeries(): Promise<Forgery[]>;
  /** Lets an endpoint fail until `endOutages`. */
  outage(outage: Outage): Promise<void>;
  endOutages(): Promise<void>;
  clock(wish: ClockWish): Promise<void>;
  /** Signs with a key that nobody has seen; the ones before it stay published, three in all. */
  rotateKeys(): Promise<void>;
  /** The last 1 000 requests, the oldest first. */
  requests(): Promise<RecordedRequest[]>;
  forgetRequests(): Promise<void>;
  /** Nobody is signed in in any browser. */
  endSessions(): Promise<void>;
  /** A person's refresh tokens answer AADSTS50173. */
  revoke(person: string): Promise<void>;
  /** Everybody's refresh tokens answer AADSTS50173. */
  revokeRefreshTokens(): Promise<void>;
  changePerson(username: string, changes: { enabled?: boolean; methods?: string[] }): Promise<void>;
  /** The world, as the text of a directory file. */
  directory(): Promise<string>;
  /** Another world, from the text of a directory file. */
  setDirectory(toml: string): Promise<void>;
  /** How long access tokens live; otherwise 60 to 90 minutes at random. */
  setAccessTokenLifetime(seconds: number): Promise<void>;
  /** The version of the access tokens of APIs with app roles. */
  setApiTokenVersion(version: 1 | 2): Promise<void>;
}

export interface StartedEntraDouble extends EntraDouble, AsyncDisposable {
  readonly pid: number;
  /** Ends the process that was started here, and nobody else's. */
  stop(): Promise<void>;
}

/**
 * Connects to an entra-double that runs.
 *
 * @param url Its address; `http://localhost:8400` when left out.
 * @param options.token What it was started with as `ENTRA_DOUBLE_CONTROL_TOKEN`, if it was.
 * @throws EntraDoubleError when nobody answers at `url`, or somebody who is not entra-double.
 */
export function connect(url?: string, options?: { token?: string }): Promise<EntraDouble>;

/**
 * Starts `entra-double serve` (`pip install entra-double`) and waits until it answers.
 *
 * @param options.port A free one when left out.
 * @param options.command How to call it, such as `["python", "-m", "entra_double"]`; `entra-double` on the PATH when left
 *   out.
 * @param options.args More arguments of `serve`, such as `["--directory", "entra-double.toml"]`. With `--tls` the address
 *   is https, and Node must trust its authority: run `entra-double serve --tls` once, which makes and names it, and start
 *   Node with `NODE_EXTRA_CA_CERTS=~/.local/state/entra-double/ca.pem`.
 * @param options.patience How long to wait for the first answer, in milliseconds; 20 000 when left out.
 * @throws EntraDoubleError when it does not start; the message has what it said.
 */
export function start(options?: {
  port?: number;
  command?: string[];
  args?: string[];
  patience?: number;
}): Promise<StartedEntraDouble>;
