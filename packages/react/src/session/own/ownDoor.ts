/** The own login of a session, as the session sees it, and a session without one. */
import type { Account } from "../account.js";

/** It goes first, until the person signs in with Microsoft instead. */
export interface OwnDoor {
  readonly isPlugged: boolean;
  /** Who is signed in by it. */
  readonly account: Account | null;
  /** Follows its changes, once. Not before the session starts: on a server it never does. */
  listen(): void;
  /** Adds its proof for a request of one person. `check` throws if that is another by now. */
  authorize(headers: Headers, check: () => void): Promise<void>;
  refused(): Promise<void>;
  end(): Promise<void>;
  /** The person has signed in with Microsoft. From here on that counts, even if this login cannot be ended. */
  leave(): Promise<void>;
  /** Ends it at last if it could not be ended when the person left it: else the next page would show that person. */
  endLeft(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

export const NO_OWN_LOGIN: OwnDoor = {
  isPlugged: false,
  account: null,
  listen: () => {},
  authorize: nothing,
  refused: nothing,
  end: nothing,
  leave: nothing,
  endLeft: nothing,
};
