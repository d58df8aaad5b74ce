/** An entry: author, time, text, tags and actions. */
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { EntryEditor } from "./EntryEditor";
import { firstWords } from "./firstWords";
import { Moment } from "./Moment";
import { TagList } from "./TagList";
import type { Entry } from "./useEntries";

type EntryCardProps = { entry: Entry; activeTag: string | null; onTag: (tag: string) => void; onDelete: () => void };

export function EntryCard({ entry, activeTag, onTag, onDelete }: EntryCardProps) {
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const label = firstWords(entry.text);

  function stopEditing() {
    flushSync(() => setEditing(false));
    editButton.current?.focus();
  }

  return (
    <article className="entry" aria-label={`Entry by ${entry.author.fullName}`}>
      <Avatar person={entry.author} />
      <div className="entry-body">
        <EntryByline entry={entry} />
        {editing ? <EntryEditor entry={entry} onClose={stopEditing} /> : <EntryText entry={entry} />}
        {!editing && (
          <div className="entry-foot">
            <TagList tags={entry.tags} active={activeTag} onTag={onTag} />
            <div className="entry-actions">
              {entry.canEdit && (
                <Button ref={editButton} aria-label={`Edit entry: ${label}`} onClick={() => setEditing(true)}>
                  Edit
                </Button>
              )}
              {entry.canDelete && (
                <Button aria-label={`Delete entry: ${label}`} onClick={onDelete}>
                  Delete
                </Button>
              )}
            </div>
          </div>
        )}
      </div>
    </article>
  );
}

function EntryByline({ entry }: { entry: Entry }) {
  return (
    <p className="byline">
      <span className="author" dir="auto">
        {entry.author.fullName}
      </span>
      <span className="byline-times">
        <Moment at={entry.createdAt} />
        {entry.editedAt && (
          <>
            {" · edited "}
            <Moment at={entry.editedAt} />
          </>
        )}
      </span>
    </p>
  );
}

function EntryText({ entry }: { entry: Entry }) {
  return (
    <p className="entry-text" dir="auto">
      {entry.text}
    </p>
  );
}
