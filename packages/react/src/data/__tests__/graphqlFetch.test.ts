import { expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { answer, interactionRequired } from "../../__tests__/scriptedMsal.js";
import { pageSession } from "../../session/pageSession.js";
import { graphqlFetch } from "../graphqlFetch.js";
import { CLAIMS, challenge, data, json, refusal, scriptApi } from "./scriptedApi.js";

const api = scriptApi();
const tokensSent = (): (string | null)[] => api.sent.map(({ authorization }) => authorization);

const ask = (query = "{ hello }", init: RequestInit = {}): Promise<Response> =>
  graphqlFetch()("/graphql/", { method: "POST", body: JSON.stringify({ query }), ...init });

test("an answer is returned as it is", async () => {
  expect(await (await ask()).json()).toEqual({ data: { hello: "Ada" } });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old" }]);
});

test("a challenge in an answer is met, and the query is sent once more", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  expect(await (await ask()).json()).toEqual({ data: { hello: "Ada" } });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
  expect(api.msal.silents.at(-1)).toMatchObject({ claims: CLAIMS });
});

test("a challenge that stays is the refusal; there is no third request", async () => {
  api.answers = [challenge];
  await expect(ask()).rejects.toMatchObject({ code: "unexpected", details: "insufficient_claims" });
  expect(api.sent).toHaveLength(2);
});

test("a challenge that needs the person rejects, with the server's sentence", async () => {
  api.answers = [challenge];
  api.msal.onSilent = async ({ claims }) => {
    if (claims) throw interactionRequired();
    return answer("old");
  };
  const message = "Refused: insufficient_claims";
  await expect(ask()).rejects.toMatchObject({ code: "interaction_required", message });
  expect(api.sent).toHaveLength(1);
});

test("with interaction, it waits for the confirmation, and the operation goes on", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  api.msal.onSilent = async ({ claims }) => (claims ? Promise.reject(interactionRequired()) : answer("old"));
  api.msal.onPopup = async () => answer("stepped up");
  const asked = graphqlFetch({ interaction: "click" })("/graphql/", { method: "POST", body: '{"query":"{ hello }"}' });
  const session = await vi.waitUntil(() => {
    const { session: now } = pageSession().getSnapshot();
    return now.status === "needs-interaction" && now;
  });
  await session.confirm();
  expect(await (await asked).json()).toEqual({ data: { hello: "Ada" } });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
});

test("a mutation of one field that was refused itself is sent once more", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  await ask("mutation { hello }");
  expect(api.sent).toHaveLength(2);
});

test("a mutation of two fields is not: one of them may be done", async () => {
  api.answers = [challenge];
  await expect(ask("mutation { hello goodbye }")).rejects.toMatchObject({ details: "insufficient_claims" });
  expect(api.sent).toHaveLength(1);
});

test("a query by GET is sent once more", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  await graphqlFetch()("/graphql/?query={hello}", { method: "GET" });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
});

test("an answer that says not signed in renews the token", async () => {
  api.answers = [() => refusal("not_signed_in"), () => data({ hello: "Ada" })];
  await ask();
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new"]);
});

test("a missing app role is the rejection; no renewal would help", async () => {
  api.answers = [() => refusal("app_role_missing")];
  await expect(ask()).rejects.toMatchObject({ name: "EntranceError", code: "app_role_missing" });
  expect(api.sent).toHaveLength(1);
});

test("a refusal whose fields are all null is one of the whole request", async () => {
  api.answers = [() => refusal("app_role_missing", {}, { hello: null })];
  await expect(ask()).rejects.toMatchObject({ code: "app_role_missing" });
});

test("a refusal beside data stays in the answer", async () => {
  api.answers = [() => refusal("app_role_missing", {}, { hello: null, goodbye: "Ada" })];
  expect(await (await ask("{ hello goodbye }")).json()).toMatchObject({ data: { goodbye: "Ada" } });
});

test("another error stays in the answer", async () => {
  api.answers = [() => json({ data: null, errors: [{ message: "broken" }] })];
  expect(await (await ask()).json()).toMatchObject({ errors: [{ message: "broken" }] });
});

test("a problem document of the middleware is the rejection", async () => {
  api.answers = [() => problem("account_exists", 403)];
  await expect(ask()).rejects.toMatchObject({ code: "account_exists" });
});

test("another status is returned", async () => {
  api.answers = [() => json({ errors: [{ message: "syntax" }] }, 400)];
  expect((await ask()).status).toBe(400);
});

test.each(["text/html", "multipart/mixed; boundary=x"])("an answer of type %s is not read", async (type) => {
  const text = JSON.stringify({ data: null, errors: [] });
  api.answers = [() => new Response(`${text}--x`, { headers: { "Content-Type": type } })];
  expect(await (await ask()).text()).toBe(`${text}--x`);
});

test("broken JSON is returned", async () => {
  api.answers = [() => new Response('{"errors"', { headers: { "Content-Type": "application/json" } })];
  expect(await (await ask()).text()).toBe('{"errors"');
});

test("a challenge after a redirect to another origin is not met", async () => {
  api.answers = [() => Object.defineProperty(challenge(), "url", { value: "https://evil.example/" })];
  await expect(ask()).rejects.toMatchObject({ details: "insufficient_claims" });
  expect(api.sent).toHaveLength(1);
});

test("a challenge after a redirect on the same origin is met", async () => {
  const elsewhere = (): Response =>
    Object.defineProperty(challenge(), "url", { value: "http://localhost:8000/v2/graphql/" });
  api.answers = [elsewhere, () => data({ hello: "Ada" })];
  await ask();
  expect(api.sent).toHaveLength(2);
});

test("the options of a request go before those of the client", async () => {
  api.msal.setActiveAccount(null);
  const send = graphqlFetch({ authorization: "optional" });
  await send("/graphql/", { method: "POST", body: "{}" });
  expect(tokensSent()).toEqual([null]);
  const init: object = { method: "POST", body: "{}", authorization: "required" };
  await expect(send("/graphql/", init)).rejects.toMatchObject({ code: "not_signed_in" });
});

test("a session of one's own is used instead of the page's", async () => {
  const asked: unknown[] = [];
  const session = {
    fetch: async (input: RequestInfo | URL) => {
      asked.push(input);
      return data({});
    },
  };
  await graphqlFetch({ session })("/graphql/", { method: "POST", body: "{}" });
  expect([asked, api.sent]).toEqual([["/graphql/"], []]);
});
