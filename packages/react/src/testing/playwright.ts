/** Signs a person in at entra-double, in a browser that Playwright drives. Needs no package of Playwright's. */

/** What this needs of Playwright's `Locator`, in any version. */
export interface TestingLocator {
  click(options?: { noWaitAfter?: boolean }): Promise<void>;
  count(): Promise<number>;
  waitFor(): Promise<void>;
  textContent(): Promise<string | null>;
}

/** What this needs of the window that the button opens. */
export interface TestingWindow {
  getByRole(role: "button", options: { name: RegExp }): TestingLocator;
  locator(selector: string): TestingLocator;
  waitForEvent(event: "close"): Promise<unknown>;
}

/** What this needs of Playwright's `Page`, in any version. */
export interface TestingPage {
  getByRole(role: "button", options: { name: string | RegExp }): Pick<TestingLocator, "click">;
  waitForEvent(event: "popup"): Promise<TestingWindow>;
}

/** Options of {@link signInAs}. */
export interface SignInAsOptions {
  /** Accessible name of the sign-in button. Default: any name with "Microsoft". */
  readonly button?: string | RegExp;
}

/** entra-double's refusal. */
const REASON = ".reason";

/** entra-double's account picker. */
const PICKER = "#choose";

/**
 * Clicks the sign-in button, picks the person in the window of entra-double, and waits until it has closed.
 *
 * `person` is a user name of entra-double's directory: `ada`, or `ada@contoso.example`. Rejects with entra-double's
 * reason if it refuses the person, and if it shows no such account. The page itself shows the person a moment later.
 */
export async function signInAs(
  page: TestingPage,
  person: string,
  { button = /Microsoft/ }: SignInAsOptions = {},
): Promise<void> {
  const [popup] = await Promise.all([page.waitForEvent("popup"), page.getByRole("button", { name: button }).click()]);
  const closed = popup.waitForEvent("close").then(() => null);
  closed.catch(() => {}); // if the test has failed before, this fails after it
  const refused = reasonIn(popup);
  const account = popup.getByRole("button", { name: accountOf(person) });
  await Promise.race([popup.locator(PICKER).waitFor(), refused]);
  if ((await account.count()) > 0) await account.click({ noWaitAfter: true });
  else refuseUnknown(await popup.locator(REASON).count(), person);
  const reason = await Promise.race([closed, refused]);
  if (reason !== null) throw new Error(`entra-double did not sign ${person} in: ${reason}`);
}

/** Waiting for an account that the picker lacks would take all the time that the test has. */
function refuseUnknown(refusals: number, person: string): void {
  if (refusals > 0) return; // the window has a reason of its own
  throw new Error(`entra-double shows no account "${person}". Name one of its directory, such as "ada".`);
}

/** Resolves to the refusal that the window shows. It stays pending while there is none. */
async function reasonIn(popup: TestingWindow): Promise<string | null> {
  try {
    const shown = popup.locator(REASON);
    await shown.waitFor();
    return await shown.textContent();
  } catch {
    return new Promise(() => {}); // the window has closed
  }
}

/** An account's button begins with the person's name, and has the user name after it. */
function accountOf(person: string): RegExp {
  const literal = person.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(person.includes("@") ? `(^|\\s)${literal}(\\s|$)` : `(^|\\s)${literal}@`, "i");
}
