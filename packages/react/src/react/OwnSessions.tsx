/** List of the person's sessions; all but this one can be ended. */
import { type ReactElement, useId, useRef, useState } from "react";
import type { OwnSession } from "../session/own/ownAccount.js";
import { fill } from "../texts/texts.js";
import { useTexts } from "./TextsContext.js";

interface OwnSessionsProps {
  readonly sessions: readonly OwnSession[];
  readonly endSession: (id: string) => Promise<boolean>;
}

/** The list takes the focus of a button that goes with its session: its name is spoken then. */
export function OwnSessions({ sessions, endSession }: OwnSessionsProps): ReactElement | null {
  const texts = useTexts();
  const id = useId();
  const list = useRef<HTMLElement>(null);
  const [hasEnded, setEnded] = useState(false);
  const end = async (session: OwnSession): Promise<void> => {
    setEnded(false);
    if (!(await endSession(session.id))) return;
    setEnded(true);
    list.current?.focus();
  };
  return (
    <section ref={list} aria-labelledby={id} tabIndex={-1} hidden={sessions.length === 0}>
      <strong id={id}>{texts.sessions}</strong>
      <ul>
        {sessions.map((session) => (
          <Row key={session.id} session={session} end={end} />
        ))}
      </ul>
      <p role="status">{hasEnded && texts.sessionEnded}</p>
    </section>
  );
}

interface RowProps {
  readonly session: OwnSession;
  readonly end: (session: OwnSession) => Promise<void>;
}

function Row({ session, end }: RowProps): ReactElement {
  const texts = useTexts();
  const [isEnding, setEnding] = useState(false);
  const moment = new Intl.DateTimeFormat(texts.lang, { dateStyle: "long", timeStyle: "short" });
  const time = moment.format(new Date(session.startedAt));
  const click = async (): Promise<void> => {
    setEnding(true);
    await end(session);
    setEnding(false);
  };
  return (
    <li>
      <span>
        {session.isCurrent ? texts.thisSession : texts.otherSession}{" "}
        <span className="entrance-quiet">{fill(texts.since, { time })}</span>
      </span>
      {!session.isCurrent && (
        <button
          type="button"
          aria-busy={isEnding || undefined}
          aria-label={fill(texts.endSessionSince, { time })}
          onClick={() => void click()}
        >
          {texts.endSession}
        </button>
      )}
    </li>
  );
}
