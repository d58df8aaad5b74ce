/** What the components around a page's parts show in each state of the session. */
import { RequireRole, SignedIn, SignedOut, type Texts } from "@django-entrance/react";
import {
  failed,
  needsInteraction,
  type Session,
  signedIn,
  signedOut,
  signingIn,
  starting,
  TestingProvider,
} from "@django-entrance/react/testing";
import { Fragment, type ReactElement } from "react";

const SESSIONS: readonly (readonly [string, Session])[] = [
  ["starting", starting()],
  ["failed", failed("offline")],
  ["signed-out", signedOut()],
  ["signing-in", signingIn()],
  ["signed-in", signedIn()],
  ["signed-in as Writer", signedIn({ roles: ["Writer"] })],
  ["needs-interaction", needsInteraction({ roles: ["Writer"] })],
];

const COMPONENTS: readonly (readonly [string, ReactElement])[] = [
  ["SignedIn", <SignedIn key="in">{({ name }) => name}</SignedIn>],
  ["SignedOut", <SignedOut key="out">shown</SignedOut>],
  [
    "RequireRole",
    <RequireRole key="role" role="Writer" fallback="fallback">
      shown
    </RequireRole>,
  ],
];

export function SessionTable({ texts }: { readonly texts: Texts }) {
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Each state of the session</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">status</th>
            {COMPONENTS.map(([name]) => (
              <th key={name} scope="col">
                {name.split(/(?=[A-Z])/).map((word) => (
                  <Fragment key={word}>
                    {word}
                    <wbr />
                  </Fragment>
                ))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SESSIONS.map(([status, session]) => (
            <TestingProvider key={status} session={session} texts={texts}>
              <tr>
                <th scope="row">{status}</th>
                {COMPONENTS.map(([name, component]) => (
                  <td key={name}>{component}</td>
                ))}
              </tr>
            </TestingProvider>
          ))}
        </tbody>
      </table>
    </section>
  );
}
