/** Editor that replaces an entry's text. */
import { useState } from "react";
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { EntryForm } from "./EntryForm";
import { formatTags } from "./tags";
import type { Entry } from "./useEntries";
import { useEditEntry } from "./useEntryChanges";

export function EntryEditor({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const [draft, setDraft] = useState({ text: entry.text, tags: formatTags(entry.tags) });
  const saving = useEditEntry(entry.id);
  const announce = useAnnounce();

  function saved() {
    announce("Entry saved.");
    onClose();
  }

  return (
    <EntryForm label="Entry" action="Save" autoFocus draft={draft} onDraft={setDraft} saving={saving} onSaved={saved}>
      <Button onClick={onClose}>Cancel</Button>
    </EntryForm>
  );
}
