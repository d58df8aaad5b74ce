/** The person's sessions in other browsers, each of which can be ended, and the sign-out at Microsoft. */
import { inOneSentence } from "../session/explain";
import { useSignedIn } from "../session/SessionContext";
import { Alert } from "../ui/Alert";
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { accountProblem, type OwnSession, useEndSession, useMicrosoftAccounts } from "./useMicrosoftAccounts";

const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

export function OwnSessions() {
  const { signOutEverywhere, problem } = useSignedIn();
  const { data } = useMicrosoftAccounts();
  const sessions = data?.sessions ?? [];
  if (sessions.length === 0 && !signOutEverywhere) return null;
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
      {problem && <Alert>{inOneSentence(problem)}</Alert>}
      {signOutEverywhere && <Button onClick={() => void signOutEverywhere()}>Sign out everywhere</Button>}
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
