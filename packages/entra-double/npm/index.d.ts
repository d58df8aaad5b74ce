/** Controls a running entra-double, or starts one for tests. */

/** An error response of entra-double. `status` is 0 without a valid response. */
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
  /** An endpoint, or a path pattern with `*`. Default: all endpoints. */
  endpoint?: Endpoint;
  kind: Kind;
  /** Delay of `slow`, delay between two bytes of `dripping`, or Retry-After of `throttled`. */
  seconds?: number;
  /** Number of affected requests. Default: until `endOutages`. */
  times?: number;
}

/** Seconds relative to the real time, seconds relative to the current clock, or a Unix time. */
export type ClockWish = { offset: number } | { advance: number } | { at: number };

export interface TokenWishes {
  /** Client ID. Default: Logbook web. */
  client?: string;
  scope?: string;
  version?: 1 | 2;
  /** "acting": an agent acts for the person. "account": the account is the agent's own. */
  agent?: "acting" | "account";
  /** Claims to change. null removes a claim. */
  claims?: Record<string, unknown>;
}

export interface Forgery {
  name: string;
  group: string;
  corpus: string[];
  says: string;
  /** What an API must do: refuse it, accept it, or either without an error. */
  expect: "refuse" | "accept" | "either";
  status: 401 | 403;
}

export interface RecordedRequest {
  method: string;
  path: string;
  /** Unix time of the emulator's clock. */
  at: number;
  grant_type: string | null;
  client_id: string | null;
  person: string | null;
  status: number | null;
  /** AADSTS number of the error. */
  aadsts: number | null;
  reason: string | null;
  /** Names of the parameters, with values that are not secret. */
  parameters: Record<string, string | null>;
}

export class EntraDouble {
  readonly url: string;
  /** ID of the process. Each start has another. */
  readonly instance: string;
  /** Restores the initial state, except the signing keys. */
  reset(): Promise<void>;
  /** Saves the current state. Returns an ID for `rollback`. */
  snapshot(): Promise<string>;
  rollback(id: string): Promise<void>;
  /** Returns an access token of a person, by user name (the domain is optional) or object ID, without a browser. */
  token(person: string, wishes?: TokenWishes): Promise<string>;
  /** Returns an application's own access token, by client ID. */
  applicationToken(
    application: string,
    wishes?: {
      scope?: string;
      /** Whether the application is an agent that acts on its own. */
      agent?: boolean;
      claims?: Record<string, unknown>;
    },
  ): Promise<string>;
  /** Returns a token that an API must refuse. `forgeries` lists the names. */
  forgery(name: string, wishes?: { person?: string; client?: string; scope?: string }): Promise<string>;
  forgeries(): Promise<Forgery[]>;
  /** Makes an endpoint fail until `endOutages`. */
  outage(outage: Outage): Promise<void>;
  endOutages(): Promise<void>;
  clock(wish: ClockWish): Promise<void>;
  /** Signs with a new key. Earlier keys stay published, three in all. */
  rotateKeys(): Promise<void>;
  /** Returns the last 1 000 requests, oldest first. */
  requests(): Promise<RecordedRequest[]>;
  forgetRequests(): Promise<void>;
  /** Ends the sessions of all browsers. */
  endSessions(): Promise<void>;
  /** Revokes a person's refresh tokens (AADSTS50173). */
  revoke(person: string): Promise<void>;
  /** Revokes all refresh tokens (AADSTS50173). */
  revokeRefreshTokens(): Promise<void>;
  changePerson(username: string, changes: { enabled?: boolean; methods?: string[] }): Promise<void>;
  /** Returns the directory as the text of a directory file. */
  directory(): Promise<string>;
  /** Replaces the directory with that of a directory file. */
  setDirectory(toml: string): Promise<void>;
  /** Sets the lifetime of access tokens. The default is 60 to 90 minutes at random. */
  setAccessTokenLifetime(seconds: number): Promise<void>;
  /** Sets the access token version of APIs with app roles. */
  setApiTokenVersion(version: 1 | 2): Promise<void>;
}

export interface StartedEntraDouble extends EntraDouble, AsyncDisposable {
  readonly pid: number;
  /** Stops the started process. */
  stop(): Promise<void>;
}

/**
 * Connects to a running entra-double.
 *
 * @param url Its URL. Default: `http://localhost:8400`.
 * @param options.token Its `ENTRA_DOUBLE_CONTROL_TOKEN`, if set.
 * @throws EntraDoubleError if there is no response, or one that is not entra-double's.
 */
export function connect(url?: string, options?: { token?: string }): Promise<EntraDouble>;

/**
 * Starts `entra-double serve` (`pip install entra-double`) and waits until it answers.
 *
 * @param options.port Default: a free port.
 * @param options.command The command, such as `["python", "-m", "entra_double"]`. Default: `entra-double` on the PATH.
 * @param options.args Further arguments of `serve`, such as `["--directory", "entra-double.toml"]`. With `--tls` the URL is
 *   https, and Node must trust its certificate authority: run `entra-double serve --tls` once, which creates it, and start
 *   Node with `NODE_EXTRA_CA_CERTS=~/.local/state/entra-double/ca.pem`.
 * @param options.patience Time to wait for the first response, in milliseconds. Default: 20 000.
 * @throws EntraDoubleError if it does not start. The message includes its output.
 */
export function start(options?: {
  port?: number;
  command?: string[];
  args?: string[];
  patience?: number;
}): Promise<StartedEntraDouble>;
