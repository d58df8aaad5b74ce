/** A session that shows what a test says, and records what is asked of it. It starts no MSAL. */
import { type Account, samePerson } from "../session/account.js";
import type { CheckedConfig } from "../session/config/config.js";
import { EntranceError } from "../session/errors.js";
import { Confirmation } from "../session/microsoft/confirmation.js";
import type { Microsoft } from "../session/microsoft/microsoft.js";
import { sendWithToken } from "../session/microsoft/tokenFetch.js";
import type { InteractionMode } from "../session/requests/call.js";
import { SessionStore } from "../session/session.js";
import { refused, type SignInResult } from "../session/signInResult.js";
import type { Session, SignInOptions, SignOutOptions, Snapshot } from "../session/snapshot.js";
import { signedIn, signedOut, starting } from "./sessions.js";

/** What a component asked of the session. */
export interface SessionCall {
  readonly name: "signIn" | "signOut" | "confirm" | "cancel" | "refresh" | "retry" | "dismiss";
  /** Options of `signIn` and `signOut`, if they were given. */
  readonly options?: SignInOptions | SignOutOptions;
}

/** How the next sign-in ends: signed in, or with an error. */
export type Outcome = ReturnType<typeof signedIn> | EntranceError;

const CONFIG: CheckedConfig = {
  authority: "https://login.microsoftonline.com/testing",
  clientId: "testing",
  scopes: ["api://testing/access_as_user"],
  redirectUri: "/entrance/redirect/",
  knownAuthorities: [],
  authorityMetadata: null,
  postLogoutRedirectUri: "/",
  apiOrigins: [],
};

const accepted = (account: Account): SignInResult => ({ ok: true, account });

/** The token of every request. */
export const TESTING_TOKEN = "testing-token";

/** What a test may change while the store is in use. */
export interface Terms {
  readonly outcome?: Outcome | undefined;
  readonly apiOrigins?: readonly string[] | undefined;
  readonly calls?: SessionCall[] | undefined;
  readonly interaction?: InteractionMode | undefined;
}

export class TestingStore extends SessionStore {
  /** What is shown follows the test alone. */
  readonly #confirmation = new Confirmation(() => {});
  readonly #watching = new Set<() => void>();
  #terms: Terms = {};
  #given = "";
  #shown: Snapshot = { session: starting(), busy: false, error: null, msal: null };

  constructor(session: Session) {
    super({ config: CONFIG });
    this.give(session);
  }

  override get confirmation(): Confirmation {
    return this.#confirmation;
  }

  override get interaction(): InteractionMode {
    return this.#terms.interaction ?? "never";
  }

  override get account(): Account | null {
    const { session } = this.#shown;
    return "account" in session ? session.account : null;
  }

  follow(terms: Terms): void {
    this.#terms = terms;
  }

  /** Shows a session, unless the test gave an equal one before: a view that renders again changes nothing. */
  give(session: Session): void {
    const given = JSON.stringify(session);
    if (given === this.#given) return;
    this.#given = given;
    this.#show(session);
    this.confirmation.check("account" in session ? session.account : null); // requests that wait for `confirm`
    if (session.status === "signed-in") this.confirmation.confirmed();
  }

  #show(session: Session): void {
    const error = "error" in session ? session.error : null;
    this.#shown = { session: this.#bound(session), busy: session.status === "signing-in", error, msal: null };
    for (const listener of this.#watching) listener();
  }

  override readonly getSnapshot = (): Snapshot => this.#shown;

  override readonly subscribe = (listener: () => void): (() => void) => {
    this.#watching.add(listener);
    return () => this.#watching.delete(listener);
  };

  override readonly start = (): void => {};

  override readonly signIn = async (options?: SignInOptions): Promise<SignInResult> => {
    this.#record("signIn", options);
    return this.#end();
  };

  override readonly signOut = async (options?: SignOutOptions): Promise<void> => {
    this.#record("signOut", options);
    this.#show(signedOut());
    this.confirmation.drop(new EntranceError("not_signed_in"));
  };

  override readonly refresh = async (): Promise<void> => this.#record("refresh");

  override readonly cancel = (): void => {
    this.#record("cancel");
    if (this.#shown.busy) this.#show(signedOut("sign_in_cancelled"));
  };

  override readonly confirm = async (): Promise<SignInResult> => {
    const { session } = this.#shown;
    if (session.status !== "needs-interaction") return this.signIn();
    this.#record("confirm");
    const { error, confirm, status, ...person } = session;
    return this.#end(signedIn({ ...person.account, ...person }));
  };

  override askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    return this.signIn(options);
  }

  /** A session that is starting goes on to start, as long as the test does not show another one. */
  override async opened(): Promise<void> {
    await this.#started();
  }

  override async ready(): Promise<Microsoft> {
    await this.#started();
    const { session } = this.#shown;
    if (session.status === "failed") throw session.error;
    const config = { ...CONFIG, apiOrigins: this.#terms.apiOrigins ?? [] };
    const tokens = { person: () => this.#person() };
    const fetch: Microsoft["fetch"] = (...request) => sendWithToken(microsoft, ...request);
    const microsoft = { config, tokens, token: () => this.#asked(), fetch } as unknown as Microsoft;
    return microsoft;
  }

  #started(): Promise<void> {
    if (this.#shown.session.status !== "starting") return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.subscribe(() => {
        stop();
        resolve(this.#started());
      });
    });
  }

  #person(): Account {
    if (!this.account) throw new EntranceError("not_signed_in");
    return this.account;
  }

  async #asked(): Promise<string> {
    return this.confirmation.attempt({ person: this.#person(), what: "token", work: async () => this.#token() });
  }

  #token(): string {
    this.#person();
    if (this.#shown.session.status === "needs-interaction") throw new EntranceError("interaction_required");
    return TESTING_TOKEN;
  }

  /** Ends a sign-in or a confirmation as the test says, otherwise with `usual`. */
  #end(usual = signedIn()): SignInResult {
    const { session } = this.#shown;
    const { outcome = usual } = this.#terms;
    if (outcome instanceof EntranceError) return this.#refuse(session, outcome);
    const isSeen = session.status === "needs-interaction" && samePerson(session.account, outcome.account);
    this.#show(outcome);
    this.confirmation.check(outcome.account); // what waits for the former person is refused
    this.confirmation.confirmed();
    const result = accepted(outcome.account);
    if (!isSeen) this.signInListeners.tell(result, true);
    return result;
  }

  /** A person whom Microsoft wants to see stays: requests wait for the next click. */
  #refuse(session: Session, error: EntranceError): SignInResult {
    const isDemanded = session.status === "needs-interaction";
    this.#show(isDemanded ? { ...session, error } : signedOut(error));
    const result = refused(error);
    if (!isDemanded) this.signInListeners.tell(result, true);
    return result;
  }

  #bound(session: Session): Session {
    switch (session.status) {
      case "failed":
        return { ...session, retry: () => this.#record("retry") };
      case "signed-out":
        return { ...session, dismiss: () => this.#dismiss() };
      case "needs-interaction":
        return { ...session, confirm: this.confirm };
      default:
        return session;
    }
  }

  #dismiss(): void {
    this.#record("dismiss");
    this.#show(signedOut());
  }

  #record(name: SessionCall["name"], options: SessionCall["options"] = {}): void {
    this.#terms.calls?.push(Object.keys(options).length === 0 ? { name } : { name, options });
  }
}
