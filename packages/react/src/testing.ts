"use client";
/** The testing kit: any session by name, and a `fetch` that records. Needs no test framework. */
export type { Account } from "./session/account.js";
export { EntranceError, type EntranceErrorCode, type EntranceErrorOptions } from "./session/errors.js";
export type { Door, Session } from "./session/snapshot.js";
export {
  type Answer,
  json,
  type RecordedRequest,
  type RecordingFetch,
  recordingFetch,
} from "./testing/recordingFetch.js";
export {
  errorOf,
  failed,
  needsInteraction,
  signedIn,
  signedOut,
  signingIn,
  starting,
  type TestingPerson,
} from "./testing/sessions.js";
export { TestingProvider, type TestingProviderProps } from "./testing/TestingProvider.js";
export { type Outcome, type SessionCall, TESTING_TOKEN } from "./testing/TestingStore.js";
