/** Explains an error to the person: what happened and what to do. */
import { EntranceError, type EntranceErrorCode } from "@django-entrance/react";
import { BadAnswer, GraphQLFailure, Refused } from "./errors";

export type Explanation = {
  title: string;
  detail: string;
  /** A stable code that an administrator can look up. */
  reason: string | null;
  remedy: "try-again" | "sign-in-again";
};

const UNREACHABLE: Explanation = {
  title: "Logbook cannot be reached",
  detail: "Check your connection, then try again.",
  reason: null,
  remedy: "try-again",
};

const BY_CODE: Record<GraphQLFailure["code"], (message: string) => string> = {
  UNAUTHENTICATED: () => "You are no longer signed in.",
  FORBIDDEN: () => "Your roles do not allow this.",
  NOT_FOUND: () => "This entry is no longer there.",
  INVALID_CREDENTIALS: (message) => message,
  BAD_INPUT: (message) => message,
  UNKNOWN: () => "Something went wrong in Logbook. Please try again later.",
};

export function explain(error: unknown): Explanation {
  if (error instanceof Refused) return explainRefusal(error);
  if (error instanceof GraphQLFailure) return explainFailure(error);
  if (error instanceof EntranceError) return explainEntrance(error);
  if (error instanceof BadAnswer) return { ...UNREACHABLE, title: "Logbook is out of order", detail: tryLater(error) };
  return UNREACHABLE;
}

/** Explains an error in one line. A GraphQL failure needs no title. */
export function inOneSentence(error: unknown): string {
  const { title, detail } = explain(error);
  return error instanceof GraphQLFailure ? detail : `${title}. ${detail}`;
}

const tryLater = (error: BadAnswer) => `${error.message} Please try again later.`;

function explainRefusal({ title, detail, reason }: Refused): Explanation {
  return { title, detail, reason, remedy: "try-again" };
}

function explainFailure({ code, message }: GraphQLFailure): Explanation {
  return {
    title: "That did not work",
    detail: (BY_CODE[code] ?? BY_CODE.UNKNOWN)(message),
    reason: null,
    remedy: "try-again",
  };
}

const TITLES: Partial<Record<EntranceErrorCode, string>> = {
  interaction_required: "Please sign in again",
  not_signed_in: "Please sign in again",
  account_changed: "Another account is signed in",
};

const NO_ANSWER: readonly EntranceErrorCode[] = ["network", "offline", "django_unreachable"];

function explainEntrance({ code, message }: EntranceError): Explanation {
  if (NO_ANSWER.includes(code)) return UNREACHABLE;
  const signInAgain = code === "interaction_required" || code === "not_signed_in";
  return {
    title: TITLES[code] ?? "Microsoft sign-in did not work",
    detail: message,
    reason: code,
    remedy: signInAgain ? "sign-in-again" : "try-again",
  };
}
