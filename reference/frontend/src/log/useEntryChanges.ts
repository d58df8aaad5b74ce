/** Mutations for entries. Each ends when the lists have been refetched. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  AddEntryDocument,
  DeleteEntryDocument,
  EditEntryDocument,
  type TypedDocumentString,
} from "../graphql/generated/documents";
import { request, requestWithProof } from "../session/request";
import type { Draft } from "./EntryForm";
import { parseTags } from "./tags";
import { ENTRIES } from "./useEntries";

export function useAddEntry() {
  return useChange(AddEntryDocument, ({ text, tags }: Draft) => ({ text, tags: parseTags(tags) }));
}

export function useEditEntry(id: string) {
  return useChange(EditEntryDocument, ({ text, tags }: Draft) => ({ id, text, tags: parseTags(tags) }));
}

export function useDeleteEntry(id: string) {
  return useChange(DeleteEntryDocument, () => ({ id }), requestWithProof);
}

function useChange<Result, Variables, Input>(
  document: TypedDocumentString<Result, Variables>,
  variables: (input: Input) => Variables,
  send = request,
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => send(document, variables(input)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ENTRIES }),
  });
}
