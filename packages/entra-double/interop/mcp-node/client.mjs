// A client of an official SDK for TypeScript knows only the address of Logbook's tools, and the id of its registration:
//   node client.mjs ADDRESS sdk|client
// It prints {"open": ADDRESS} for each page that a person is to see, and at the end {"result": …}.

import { createServer } from "node:http";

const [, , address, which] = process.argv;
const { Client, StreamableHTTPClientTransport, UnauthorizedError } =
  which === "client" ? await import("@modelcontextprotocol/client") : await legacySdk();

async function legacySdk() {
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const { UnauthorizedError } = await import("@modelcontextprotocol/sdk/client/auth.js");
  return { Client, StreamableHTTPClientTransport, UnauthorizedError };
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const came = Promise.withResolvers();
const server = createServer((request, response) => {
  response.end("Go back to the client.");
  came.resolve(new URL(request.url, "http://localhost").searchParams);
});
await new Promise((listening) => server.listen(0, "localhost", listening));

const redirectUrl = `http://localhost:${server.address().port}/callback`;
const kept = {};
const provider = {
  redirectUrl,
  clientMetadata: {
    redirect_uris: [redirectUrl],
    client_name: "interop",
    grant_types: ["authorization_code", "refresh_token"],
  },
  clientInformation: () => ({ client_id: "70015000-0000-4000-a000-000000000006" }),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => {
    kept.tokens = tokens;
  },
  saveCodeVerifier: (verifier) => {
    kept.verifier = verifier;
  },
  codeVerifier: () => kept.verifier,
  redirectToAuthorization: (url) => say({ open: url.href }),
};

const connecting = () => new StreamableHTTPClientTransport(new URL(address), { authProvider: provider });
const first = connecting();
try {
  await new Client({ name: "interop", version: "1" }).connect(first);
  throw new Error("it connected without a sign-in");
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
}
await first.finishAuth((await came.promise).get("code"));

const client = new Client({ name: "interop", version: "1" });
await client.connect(connecting());
await client.callTool({ name: "add_entry", arguments: { text: "Pumps replaced." } });
const listed = await client.callTool({ name: "list_entries", arguments: { first: 1 } });
say({ result: listed.structuredContent.result[0] });
await client.close();
server.close();
process.exit(0);
