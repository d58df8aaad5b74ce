import { errorOf, needsInteraction } from "@django-entrance/react/testing";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { ADMIN, entry, page, READER, WRITER } from "../../testing/people";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { graphQLError, json } from "../../testing/scriptedApi";
import { DeleteEntryDialog } from "../DeleteEntryDialog";
import { LogPage } from "../LogPage";
import { unfinishedDeletion } from "../unfinishedDeletion";

test("shows who wrote what, when and under which tags", async () => {
  renderSignedIn(<LogPage viewer={READER} />, { Entries: () => page([entry()]) });
  const article = await screen.findByRole("article", { name: "Entry by Barbara Liskov" });
  within(article).getByText("Certificate renewed.");
  within(article).getByRole("button", { name: "security" });
  expect(article.querySelector("time")?.dateTime).toBe("2026-11-23T08:00:00Z");
});

test("a Reader sees no actions of Writers", async () => {
  renderSignedIn(<LogPage viewer={READER} />, { Entries: () => page([entry()]) });
  await screen.findByRole("article");
  screen.getByText(/You can read this log/);
  expect(screen.queryByRole("textbox", { name: "New entry" })).toBeNull();
  expect(screen.queryByRole("button", { name: /^Edit entry/ })).toBeNull();
  expect(screen.queryByRole("button", { name: /^Delete entry/ })).toBeNull();
});

test("a Writer adds an entry, which is announced", async () => {
  const entries = [entry()];
  const { user, asked } = renderSignedIn(<LogPage viewer={WRITER} />, {
    Entries: () => page(entries),
    AddEntry: ({ text, tags }) => {
      entries.unshift(entry({ id: "2", text: String(text), tags: tags as string[] }));
      return { addEntry: entries[0] };
    },
  });
  await user.type(screen.getByRole("textbox", { name: "New entry" }), "Deployed.");
  await user.type(screen.getByRole("textbox", { name: "Tags" }), "deploy, #web");
  await user.click(screen.getByRole("button", { name: "Add entry" }));
  await screen.findByText("Deployed.", { selector: ".entry-text" });
  await screen.findByText("Entry added.");
  expect(asked.find(({ operation }) => operation === "AddEntry")?.variables).toEqual({
    text: "Deployed.",
    tags: ["deploy", "web"],
  });
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "New entry" }).value).toBe("");
});

test("an entry of blanks is not sent", async () => {
  const { user, asked } = renderSignedIn(<LogPage viewer={WRITER} />, { Entries: () => page([]) });
  const field = screen.getByRole("textbox", { name: "New entry" });
  await user.type(field, "   ");
  await user.click(screen.getByRole("button", { name: "Add entry" }));
  expect(document.activeElement).toBe(field);
  expect(asked.some(({ operation }) => operation === "AddEntry")).toBe(false);
});

test("a text that the API refuses stays, with the reason", async () => {
  const { user } = renderSignedIn(<LogPage viewer={WRITER} />, {
    Entries: () => page([]),
    AddEntry: () => graphQLError("BAD_INPUT", "The text is too long."),
  });
  const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "New entry" });
  await user.type(field, "Much text");
  await user.click(screen.getByRole("button", { name: "Add entry" }));
  expect((await screen.findByRole("alert")).textContent).toBe("The text is too long.");
  expect(field.value).toBe("Much text");
});

test("an own entry is edited in place, and the focus returns", async () => {
  let text = "Certificate renewed.";
  const { user, asked } = renderSignedIn(<LogPage viewer={WRITER} />, {
    Entries: () => page([entry({ text, canEdit: true })]),
    EditEntry: (variables) => {
      text = String(variables["text"]);
      return { editEntry: entry({ text, canEdit: true }) };
    },
  });
  await user.click(await screen.findByRole("button", { name: "Edit entry: Certificate renewed." }));
  const article = within(screen.getByRole("article"));
  await user.type(article.getByRole("textbox", { name: "Entry" }), " Until March.");
  await user.click(article.getByRole("button", { name: "Save" }));
  const button = await screen.findByRole("button", { name: "Edit entry: Certificate renewed. Until March." });
  expect(document.activeElement).toBe(button);
  expect(asked.find(({ operation }) => operation === "EditEntry")?.variables).toEqual({
    id: "1",
    text: "Certificate renewed. Until March.",
    tags: ["security"],
  });
});

test("cancelling leaves an entry as it was", async () => {
  const { user, asked } = renderSignedIn(<LogPage viewer={WRITER} />, {
    Entries: () => page([entry({ canEdit: true })]),
  });
  await user.click(await screen.findByRole("button", { name: /^Edit entry/ }));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  screen.getByText("Certificate renewed.");
  expect(document.activeElement).toBe(screen.getByRole("button", { name: /^Edit entry/ }));
  expect(asked.some(({ operation }) => operation === "EditEntry")).toBe(false);
});

test("an administrator deletes an entry after a confirmation", async () => {
  let entries = [entry({ canDelete: true })];
  const { user, asked } = renderSignedIn(<LogPage viewer={ADMIN} />, {
    Entries: () => page(entries),
    DeleteEntry: ({ id }) => {
      entries = [];
      return { deleteEntry: id };
    },
  });
  await user.click(await screen.findByRole("button", { name: "Delete entry: Certificate renewed." }));
  const dialog = within(screen.getByRole("dialog", { name: "Delete this entry?" }));
  await user.click(dialog.getByRole("button", { name: "Delete" }));
  await screen.findByText("Entry deleted.");
  screen.getByRole("heading", { name: "Nothing logged yet" });
  expect(asked.find(({ operation }) => operation === "DeleteEntry")?.variables).toEqual({ id: "1" });
});

test("an administrator may cancel the deletion", async () => {
  const { user, asked } = renderSignedIn(<LogPage viewer={ADMIN} />, {
    Entries: () => page([entry({ canDelete: true })]),
  });
  await user.click(await screen.findByRole("button", { name: /^Delete entry/ }));
  await user.click(screen.getByRole("button", { name: "Keep" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(asked.some(({ operation }) => operation === "DeleteEntry")).toBe(false);
});

test("the dialog of a deletion says what the second proof is for, and has the button", async () => {
  const asked = errorOf("interaction_required", { message: "Confirm it to delete an entry." });
  renderSignedIn(
    <DeleteEntryDialog entry={entry()} onDeleted={() => {}} onClose={() => {}} />,
    {},
    { session: needsInteraction({}, asked) },
  );
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByRole("alert").textContent).toContain("Confirm it to delete an entry.");
  dialog.getByRole("button", { name: "Confirm with Microsoft" });
});

test("after a redirect the dialog of an unfinished deletion is there again, once", async () => {
  unfinishedDeletion.begin("1");
  const { user } = renderSignedIn(<LogPage viewer={ADMIN} />, {
    Entries: () => page([entry({ canDelete: true })]),
  });
  await screen.findByRole("dialog", { name: "Delete this entry?" });
  await user.click(screen.getByRole("button", { name: "Keep" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(unfinishedDeletion.id()).toBeNull();
});

test("an entry that the person may not delete has no dialog", async () => {
  unfinishedDeletion.begin("1");
  renderSignedIn(<LogPage viewer={READER} />, { Entries: () => page([entry()]) });
  await screen.findByRole("article");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a search asks the API and shows the number of results", async () => {
  const { user } = renderSignedIn(<LogPage viewer={READER} />, {
    Entries: ({ search }) => page(search === "moon" ? [] : [entry()]),
  });
  await screen.findByRole("article");
  await user.type(screen.getByRole("searchbox", { name: "Search the log" }), "moon");
  await screen.findByRole("heading", { name: "Nothing found" });
  expect(screen.getByRole("status").textContent).toBe("No entries with moon");
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await screen.findByRole("article");
});

test("a tag shows the entries that share it", async () => {
  const { user, asked } = renderSignedIn(<LogPage viewer={READER} />, { Entries: () => page([entry()]) });
  await user.click(await screen.findByRole("button", { name: "security" }));
  await waitFor(() => expect(asked.at(-1)?.variables).toMatchObject({ tag: "security" }));
  expect(screen.getByRole("button", { name: "security" }).getAttribute("aria-pressed")).toBe("true");
});

test("older entries load on request, without duplicates", async () => {
  const { user } = renderSignedIn(<LogPage viewer={READER} />, {
    Entries: ({ after }) =>
      after === "first"
        ? page([entry({ id: "2" }), entry({ id: "3" })])
        : page([entry({ id: "1" }), entry({ id: "2" })], "first"),
  });
  await user.click(await screen.findByRole("button", { name: "Show older entries" }));
  await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(3));
  expect(screen.queryByRole("button", { name: "Show older entries" })).toBeNull();
});

test("a failed request shows an error and can be retried", async () => {
  let answer: () => unknown = () => graphQLError("FORBIDDEN");
  const { user } = renderSignedIn(<LogPage viewer={READER} />, { Entries: () => answer() });
  expect((await screen.findByRole("alert")).textContent).toContain("Your roles do not allow this.");
  answer = () => json({ data: page([entry()]) });
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("article");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("the person's name opens the account panel", async () => {
  const { user } = renderSignedIn(<LogPage viewer={WRITER} />, { Entries: () => page([]) });
  await user.click(screen.getByRole("button", { name: "Barbara Liskov" }));
  const panel = within(screen.getByRole("dialog", { name: "Account" }));
  panel.getByText("barbara@contoso.example");
  panel.getByText("Password");
  panel.getByText("Writer");
  panel.getByText("Add entries and edit your own");
  await user.click(panel.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  await screen.findByRole("heading", { name: "Nothing logged yet" });
});
