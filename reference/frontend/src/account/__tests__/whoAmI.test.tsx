import { signedIn } from "@django-entrance/react/testing";
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { PASSWORD_SESSION, renderSignedIn } from "../../testing/renderSignedIn";
import { WhoAmI } from "../WhoAmI";

const MICROSOFTS = signedIn({ via: "entra" });
const ADA = { displayName: "Ada Lovelace", userPrincipalName: "ada@contoso.example", mail: null, jobTitle: "Countess" };

function refusal(status: number, reason: string, title: string) {
  const body = { type: `urn:django-entrance:${reason}`, title, status, detail: "Try again in a moment.", reason };
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json" } });
}

function show(answers: Response[], session = MICROSOFTS) {
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    asked.push(new URL((input as Request).url).pathname);
    return answers.shift() ?? Response.json(ADA);
  };
  return { ...renderSignedIn(<WhoAmI />, {}, { fetch, session }), asked };
}

test("the person reads what Microsoft knows", async () => {
  const { asked } = show([]);
  expect(screen.getByText("Asking Microsoft…")).toBeTruthy();
  expect(await screen.findByText("ada@contoso.example")).toBeTruthy();
  expect(screen.getByText("Countess")).toBeTruthy();
  expect(screen.getByText("Mail").nextSibling?.textContent).toBe("None");
  expect(asked).toEqual(["/microsoft/me/"]);
});

test("missing consent says whom to ask, and asking again works", async () => {
  const { user } = show([refusal(403, "consent_missing", "Consent to call another API is missing")]);
  expect((await screen.findByRole("alert")).textContent).toContain("Ask an administrator");
  await user.click(screen.getByRole("button", { name: "Ask again" }));
  expect(await screen.findByText("Ada Lovelace")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("an outage is told as such", async () => {
  show([refusal(503, "graph_unanswered", "Microsoft Graph cannot be reached")]);
  expect((await screen.findByRole("alert")).textContent).toContain("Microsoft Graph cannot be reached");
});

test("an answer that is no refusal is told, too", async () => {
  show([new Response("<html>", { status: 502 })]);
  expect((await screen.findByRole("alert")).textContent).toContain("status 502");
});

test("a person with a password is not asked for", async () => {
  const { asked } = show([], PASSWORD_SESSION);
  await waitFor(() => expect(screen.queryByRole("heading")).toBeNull());
  expect(asked).toEqual([]);
});
