/** The person's sessions in other browsers, each of which can be ended, and the sign-out at Microsoft. */
import { useSignIn } from "@django-entrance/react";
import { inOneSentence } from "../session/explain";
import { hasDjangoSession } from "../session/hasDjangoSession";
import { useMicrosoftAccount } from "../session/useMicrosoftAccount";
import { Alert } from "../ui/Alert";
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { accountProblem, type OwnSession, useEndSession, useMicrosoftAccounts } from "./useMicrosoftAccounts";

const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

export function OwnSessions() {
  const { signOut, error } = useSignIn();
  const isMicrosofts = useMicrosoftAccount() !== null && hasDjangoSession(); // otherwise "Sign out" does it
  const { data } = useMicrosoftAccounts();
  const sessions = data?.sessions ?? [];
  if (sessions.length === 0 && !isMicrosofts) return null;
  return (
    <section className="own-sessions" aria-labelledby="own-sessions">
      <h3 className="account-subtitle" id="own-sessions">
        My sessions
      </h3>
      <ul className="sessions">
        {sessions.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </ul>
      {isMicrosofts && error && <Alert>{inOneSentence(error)}</Alert>}
      {isMicrosofts && <Button onClick={() => void signOut({ everywhere: true })}>Sign out everywhere</Button>}
    </section>
  );
}

function Session({ session }: { session: OwnSession }) {
  const ending = useEndSession();
  const announce = useAnnounce();
  const began = MOMENT.format(new Date(session.started_at));
  return (
    <li>
      <p>
        {session.is_current ? <strong>This session</strong> : "Another session"}
        <br />
        <span className="quiet">since {began}</span>
      </p>
      {ending.error && <Alert>{accountProblem(ending.error)}</Alert>}
      {!session.is_current && (
        <Button
          busy={ending.isPending}
          aria-label={`End the session since ${began}`}
          onClick={() => ending.mutate(session, { onSuccess: () => announce("The session has ended.") })}
        >
          End
        </Button>
      )}
    </li>
  );
}
