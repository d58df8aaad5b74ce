/** Form to add an entry. */
import { useState } from "react";
import { useAnnounce } from "../ui/Announcer";
import { EMPTY_DRAFT, EntryForm } from "./EntryForm";
import { useAddEntry } from "./useEntryChanges";

export function Composer({ onAdded }: { onAdded: () => void }) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const adding = useAddEntry();
  const announce = useAnnounce();

  function added() {
    setDraft(EMPTY_DRAFT);
    announce("Entry added.");
    onAdded();
  }

  return (
    <EntryForm
      label="New entry"
      placeholder="What happened?"
      action="Add entry"
      draft={draft}
      onDraft={setDraft}
      saving={adding}
      onSaved={added}
    />
  );
}
