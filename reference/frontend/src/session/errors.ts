/** Errors of requests to Logbook's API. */

/** The response is not the API's: a server error, or a page of a proxy. */
export class BadAnswer extends Error {
  override name = "BadAnswer";
}

/** The API refused the caller with a problem document (RFC 9457). */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** A stable code such as `token_expired` or `user_disabled`. */
  readonly reason: string;

  constructor(problem: { status: number; title: string; detail: string; reason: string }) {
    super(problem.detail);
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.reason = problem.reason;
  }
}

export type GraphQLCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "BAD_INPUT"
  | "NOT_FOUND"
  | "INVALID_CREDENTIALS"
  | "UNKNOWN";

/** The API answered with a GraphQL error. */
export class GraphQLFailure extends Error {
  override name = "GraphQLFailure";
  readonly code: GraphQLCode;

  constructor(code: GraphQLCode, message: string) {
    super(message);
    this.code = code;
  }
}
