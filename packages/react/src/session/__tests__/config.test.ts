import { afterEach, expect, test, vi } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { type CheckedConfig, type EntranceConfig, readConfig } from "../config/config.js";
import type { EntranceError } from "../errors.js";

const readChanged = (change: object): Promise<CheckedConfig> =>
  readConfig({ config: { ...CONFIG, ...change } as EntranceConfig });
const refusalOf = async (change: object): Promise<string> => {
  const error = await readChanged(change).then(
    () => expect.unreachable("the configuration was accepted"),
    (reason: EntranceError) => reason,
  );
  expect(error.code).toBe("config_invalid");
  return error.message.replace("The sign-in settings of this application are wrong: ", "");
};
const serve = (body: string, status = 200): void =>
  vi.stubGlobal("fetch", async () => new Response(body, { status })) as never;

afterEach(() => {
  document.head.innerHTML = "";
});

test("a complete configuration is accepted and its addresses become absolute", async () => {
  expect(await readChanged({})).toEqual({
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
  [
    "apiOrigins",
    ["http://api.contoso.example"],
    ["https://api.contoso.example"],
    "apiOrigins must be an https address (http is for localhost only), not http://api.contoso.example.",
  ],
  [
    "apiOrigins",
    ["http://127.0.0.1.evil.example"],
    ["http://127.0.0.1:8001"],
    "apiOrigins must be an https address (http is for localhost only), not http://127.0.0.1.evil.example.",
  ],
  [
    "apiOrigins",
    ["http://localhost.evil.example"],
    ["http://api.localhost"],
    "apiOrigins must be an https address (http is for localhost only), not http://localhost.evil.example.",
  ],
  [
    "apiOrigins",
    ["ws://localhost:8001"],
    ["http://[::1]:8001"],
    "apiOrigins must be an https address (http is for localhost only), not ws://localhost:8001.",
  ],
  ["postLogoutRedirectUri", 7, "/bye/", "postLogoutRedirectUri must be an address, not 7."],
])("%s %j is refused, its twin %j accepted", async (name, wrong, right, sentence) => {
  expect(await refusalOf({ [name]: wrong })).toBe(sentence);
  expect(Object.keys(await readChanged({ [name]: right }))).toContain(name);
});

test.each(["authorization_endpoint", "token_endpoint", "end_session_endpoint"])(
  "%s over plain http beyond this machine is refused, over https accepted",
  async (endpoint) => {
    const at = (address: string): object => ({
      authorityMetadata: { ...CONFIG.authorityMetadata, [endpoint]: address },
    });
    expect(await refusalOf(at("http://entra.contoso.example/x"))).toBe(
      `${endpoint} must be an https address (http is for localhost only), not http://entra.contoso.example/x.`,
    );
    const { authorityMetadata } = await readChanged(at("https://entra.contoso.example/x"));
    expect(authorityMetadata).toMatchObject({ [endpoint]: "https://entra.contoso.example/x" });
  },
);

test("redirectUri of a config.json is resolved against the file's address", async () => {
  serve(JSON.stringify({ ...CONFIG, redirectUri: "redirect/" }));
  expect((await readConfig({ config: "/entrance/config.json" })).redirectUri).toBe(
    "http://localhost:8000/entrance/redirect/",
  );
});

test.each([
  ["/logbook/entrance/config.json", "/logbook/", "http://localhost:8000/logbook/"],
  ["/logbook/entrance/config.json", "https://www.contoso.example/bye/", "https://www.contoso.example/bye/"],
  ["https://api.contoso.example/logbook/entrance/config.json", "/logbook/", "http://localhost:8000/"],
  ["https://api.contoso.example/config.json", "https://api.contoso.example/bye/", "https://api.contoso.example/bye/"],
])("after sign-out, %s with %s leads to %s", async (config, postLogoutRedirectUri, expected) => {
  serve(JSON.stringify({ ...CONFIG, postLogoutRedirectUri }));
  const found = await readConfig({ config, redirectUri: "/redirect.html" });
  expect(found.postLogoutRedirectUri).toBe(expected);
});

test("redirectUri and apiOrigins of the page take precedence, resolved against the page", async () => {
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

test("a config.json over plain http is refused, over https it is asked", async () => {
  serve(JSON.stringify(CONFIG));
  const config = "http://api.contoso.example/entrance/config.json";
  await expect(readConfig({ config, redirectUri: "/redirect.html" })).rejects.toMatchObject({
    code: "config_invalid",
    message: `The sign-in settings of this application are wrong: config must be an https address (http is for localhost only), not ${config}.`,
  });
  const secure = config.replace("http:", "https:");
  expect((await readConfig({ config: secure, redirectUri: "/redirect.html" })).clientId).toBe(CONFIG.clientId);
});

test("an injected <base> leads neither config.json nor any address in it astray", async () => {
  document.head.innerHTML = '<base href="https://evil.example/entrance/">';
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    return new Response(JSON.stringify(CONFIG));
  });
  for (const config of ["/entrance/config.json", "entrance/config.json", CONFIG]) {
    expect(await readConfig({ config, redirectUri: "redirect.html" })).toMatchObject({
      redirectUri: "http://localhost:8000/redirect.html",
      postLogoutRedirectUri: "http://localhost:8000/",
    });
  }
  expect(asked).toEqual(Array(2).fill("http://localhost:8000/entrance/config.json"));
});

test.each([
  ["https://evil.example/config.json", "config_unreachable"],
  ["http://localhost:8000/other/config.json", null],
])("a config.json that a redirect fetched from %s: %s", async (address, code) => {
  const response = Object.defineProperty(new Response(JSON.stringify(CONFIG)), "url", { value: address });
  vi.stubGlobal("fetch", async () => response);
  const refusal = readConfig({ config: "/config.json" }).then(
    () => null,
    (error: EntranceError) => error.code,
  );
  expect(await refusal).toBe(code);
});
