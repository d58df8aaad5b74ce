/** Confirmation before an entry is deleted. The API may want a further proof: the dialog then says so, and waits. */
import { useEffect } from "react";
import { inOneSentence } from "../session/explain";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { unfinishedDeletion } from "./unfinishedDeletion";
import type { Entry } from "./useEntries";
import { useDeleteEntry } from "./useEntryChanges";

type DeleteEntryDialogProps = { entry: Entry; onDeleted: () => void; onClose: () => void };

export function DeleteEntryDialog({ entry, onDeleted, onClose }: DeleteEntryDialogProps) {
  const deleting = useDeleteEntry(entry.id);
  useEffect(() => () => void unfinishedDeletion.end(), []);

  function deleteEntry() {
    unfinishedDeletion.begin(entry.id);
    deleting.mutate(undefined, { onSuccess: onDeleted });
  }

  return (
    <Dialog title="Delete this entry?" onClose={onClose}>
      <blockquote className="excerpt" dir="auto">
        {entry.text}
      </blockquote>
      <p className="quiet">Written by {entry.author.fullName}. This cannot be undone.</p>
      {deleting.error && <Alert>{inOneSentence(deleting.error)}</Alert>}
      <div className="actions">
        <Button onClick={onClose}>Keep</Button>
        <Button weight="danger" busy={deleting.isPending} onClick={deleteEntry}>
          {deleting.isPaused ? "Waiting for connection" : "Delete"}
        </Button>
      </div>
    </Dialog>
  );
}
