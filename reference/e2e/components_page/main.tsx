/** Every component of the package in every state. `?lang=` and `?dir=` choose language and direction. */
import {
  AccountMenu,
  ConfirmSignIn,
  ConnectMicrosoft,
  SessionFailed,
  SessionLoading,
  SignedIn,
  SignedOut,
  SignInError,
  SignInWithMicrosoft,
  useTexts,
} from "@django-entrance/react";
import {
  failed,
  json,
  needsInteraction,
  recordingFetch,
  signedIn,
  signedOut,
  signingIn,
  starting,
  TestingProvider,
} from "@django-entrance/react/testing";
import { de } from "@django-entrance/react/texts/de";
import { en } from "@django-entrance/react/texts/en";
import { es } from "@django-entrance/react/texts/es";
import { fr } from "@django-entrance/react/texts/fr";
import { nb } from "@django-entrance/react/texts/nb";
import { nl } from "@django-entrance/react/texts/nl";
import type { ComponentProps } from "react";
import { createRoot } from "react-dom/client";

const asked = new URLSearchParams(location.search);
const texts = [de, es, fr, nb, nl].find(({ lang }) => lang === asked.get("lang")) ?? en;
document.documentElement.lang = texts.lang;
document.documentElement.dir = asked.get("dir") ?? "ltr";

const sessions = [
  { id: "1", started_at: "2026-11-29T08:15:00Z", is_current: true },
  { id: "2", started_at: "2026-11-28T20:30:00Z", is_current: false },
];
const fetch = recordingFetch({
  "GET /entrance/account/": json({ accounts: [], sessions }),
  "POST /entrance/account/": json({ accounts: [], sessions: sessions.slice(0, 1) }),
});

const State = (props: ComponentProps<typeof TestingProvider>) => (
  <TestingProvider texts={texts} fetch={fetch} {...props} />
);

function Buttons() {
  return (
    <>
      <p>
        <SignInWithMicrosoft /> <SignInWithMicrosoft text="continueWith" theme="dark" />{" "}
        <SignInWithMicrosoft size="compact" text="signIn" theme="light" /> <SignInWithMicrosoft size="icon" />{" "}
        <SignInWithMicrosoft disabled />
      </p>
      <div id="narrow" style={{ width: 120 }}>
        <SignInWithMicrosoft />
      </div>
    </>
  );
}

const Signed = () => <h2>{useTexts().lang}</h2>;

createRoot(document.getElementById("root") as HTMLElement).render(
  <main>
    <h1>Components</h1>
    <State session={signedIn({ via: "password" })}>
      <SignedIn>
        <div style={{ minHeight: "44rem" }}>
          <AccountMenu /* its open panel would cover a part of a button below */ />
        </div>
        <Signed />
        <ConnectMicrosoft askPassword />
      </SignedIn>
    </State>
    <State session={signedOut("not_assigned")}>
      <SignedOut>
        <SignInError />
        <Buttons />
      </SignedOut>
    </State>
    <State session={signingIn()}>
      <SignInWithMicrosoft />
    </State>
    <State session={starting()}>
      <SessionLoading />
    </State>
    <State session={failed("config_unreachable")}>
      <SessionFailed />
    </State>
    <State session={needsInteraction({}, "popup_closed")}>
      <ConfirmSignIn />
    </State>
  </main>,
);
