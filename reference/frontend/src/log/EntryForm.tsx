/** Form for the text and tags of a new or existing entry, with its errors. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { inOneSentence } from "../session/explain";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";

/** An entry as typed. Tags are separated by commas. */
export type Draft = { text: string; tags: string };

export const EMPTY_DRAFT: Draft = { text: "", tags: "" };

type Saving = {
  mutate: (draft: Draft, callbacks: { onSuccess: () => void }) => void;
  isPending: boolean;
  /** Whether it waits for the connection. */
  isPaused: boolean;
  error: Error | null;
};

type EntryFormProps = {
  label: string;
  action: string;
  placeholder?: string;
  autoFocus?: boolean;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  saving: Saving;
  onSaved: () => void;
  children?: ReactNode;
};

export function EntryForm(props: EntryFormProps) {
  const { label, draft, onDraft, saving } = props;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (saving.isPending) return;
    if (draft.text.trim() === "") field.current?.focus();
    else saving.mutate(draft, { onSuccess: props.onSaved });
  }

  return (
    <form className="entry-form" onSubmit={submit}>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        ref={field}
        id={id}
        dir="auto"
        rows={2}
        required
        placeholder={props.placeholder}
        // biome-ignore lint/a11y/noAutofocus: set only where the person has just asked to edit.
        autoFocus={props.autoFocus}
        value={draft.text}
        onChange={(event) => onDraft({ ...draft, text: event.target.value })}
        onKeyDown={submitOnModifiedEnter}
      />
      {saving.error && <Alert>{inOneSentence(saving.error)}</Alert>}
      <div className="entry-form-bar">
        <TextField
          className="tags-field"
          label="Tags"
          dir="auto"
          placeholder="separated by commas"
          autoComplete="off"
          value={draft.tags}
          onChange={(event) => onDraft({ ...draft, tags: event.target.value })}
        />
        <div className="actions">
          {props.children}
          <Button type="submit" weight="primary" busy={saving.isPending}>
            {saving.isPaused ? "Waiting for connection" : props.action}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** Enter inserts a new line. Ctrl+Enter or Command+Enter saves. */
function submitOnModifiedEnter(event: KeyboardEvent<HTMLTextAreaElement>) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}
