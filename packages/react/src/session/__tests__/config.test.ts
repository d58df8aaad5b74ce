import { expect, test, vi } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { type CheckedConfig, type EntranceConfig, readConfig } from "../config.js";
import type { EntranceError } from "../errors.js";

const read = (change: object): Promise<CheckedConfig> =>
  readConfig({ config: { ...CONFIG, ...change } as EntranceConfig });
const refusal = async (change: object): Promise<string> => {
  const error = await read(change).then(
    () => expect.unreachable("the configuration was accepted"),
    (reason: EntranceError) => reason,
  );
  expect(error.code).toBe("config_invalid");
  return error.message.replace("The sign-in settings of this application are wrong: ", "");
};
const serve = (body: string, status = 200): void =>
  vi.stubGlobal("fetch", async () => new Response(body, { status })) as never;

test("a complete configuration is accepted and its addresses become absolute", async () => {
  expect(await read({})).toEqual({
    ...CONFIG,
    redirectUri: "http://localhost:8000/entrance/redirect/",
    postLogoutRedirectUri: "http://localhost:8000/",
    apiOrigins: [],
  });
});

test.each([
  ["authority", undefined, "https://login.microsoftonline.com/t", "authority is missing."],
  [
    "authority",
    "http://localhost:8400/t",
    "https://localhost:8400/t",
    "authority must be an https address, not http://localhost:8400/t.",
  ],
  ["authority", "contoso", "https://login.microsoftonline.com/t", "authority must be an address, not contoso."],
  ["clientId", undefined, "5ba0", "clientId is missing."],
  ["clientId", "", "5ba0", "clientId must be a text that is not empty."],
  ["scopes", undefined, ["api://x/y"], "scopes must name at least one scope of the API."],
  ["scopes", "api://x/y", ["api://x/y"], "scopes must be a list of texts."],
  ["redirectUri", undefined, "/bridge/", "redirectUri is missing."],
  [
    "redirectUri",
    "https://api.contoso.example/entrance/redirect/",
    "http://localhost:8000/bridge/",
    "redirectUri https://api.contoso.example/entrance/redirect/ must be on this page's origin http://localhost:8000; serve the redirect bridge there.",
  ],
  ["knownAuthorities", "localhost:8400", ["localhost:8400"], "knownAuthorities must be a list of texts."],
  ["authorityMetadata", "{}", null, "authorityMetadata must be null or an object."],
  [
    "authorityMetadata",
    { token_endpoint: "http://localhost:8400/token" },
    { token_endpoint: "http://localhost:8400/token", authorization_endpoint: "http://localhost:8400/authorize" },
    "authorization_endpoint is missing.",
  ],
  [
    "apiOrigins",
    ["https://api.contoso.example/v1"],
    ["https://api.contoso.example"],
    "apiOrigins must hold origins such as https://api.contoso.example, not https://api.contoso.example/v1.",
  ],
  ["postLogoutRedirectUri", 7, "/bye/", "postLogoutRedirectUri must be an address, not 7."],
])("%s %j is refused, its twin %j accepted", async (name, wrong, right, sentence) => {
  expect(await refusal({ [name]: wrong })).toBe(sentence);
  expect(Object.keys(await read({ [name]: right }))).toContain(name);
});

test("redirectUri of a config.json is resolved against the file's address", async () => {
  serve(JSON.stringify({ ...CONFIG, redirectUri: "redirect/" }));
  expect((await readConfig({ config: "/entrance/config.json" })).redirectUri).toBe(
    "http://localhost:8000/entrance/redirect/",
  );
});

test("what the page says about redirectUri and apiOrigins wins, resolved against the page", async () => {
  serve(JSON.stringify(CONFIG));
  const source = { config: "https://api.contoso.example/entrance/config.json", redirectUri: "/redirect.html" };
  const config = await readConfig({ ...source, apiOrigins: ["https://api.contoso.example"] });
  expect(config.redirectUri).toBe("http://localhost:8000/redirect.html");
  expect(config.apiOrigins).toEqual(["https://api.contoso.example"]);
});

test("a server that does not answer is config_unreachable", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(readConfig({ config: "/config.json" })).rejects.toMatchObject({
    code: "config_unreachable",
    message:
      "The sign-in settings could not be loaded from http://localhost:8000/config.json: the server did not answer.",
  });
});

test("404 is config_unreachable and names the status", async () => {
  serve("", 404);
  await expect(readConfig({ config: "/config.json" })).rejects.toMatchObject({
    code: "config_unreachable",
    message:
      "The sign-in settings could not be loaded from http://localhost:8000/config.json: the server answered 404.",
  });
});

test.each([
  ["<!doctype html>", "http://localhost:8000/config.json is not JSON."],
  ["[]", "http://localhost:8000/config.json is not a JSON object."],
])("the document %j is config_invalid", async (body, sentence) => {
  serve(body);
  await expect(readConfig({ config: "/config.json" })).rejects.toMatchObject({
    code: "config_invalid",
    message: `The sign-in settings of this application are wrong: ${sentence}`,
  });
});
