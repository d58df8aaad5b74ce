/** A GraphQL server on a WebSocket, for test_live.py. `GET /say?text=` speaks, `GET /close?code=` closes, `GET /bearers` lists. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { CloseCode } from "graphql-ws";
import { useServer as serve } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

const { buildSchema } = createRequire(import.meta.url)("graphql");
const schema = buildSchema("type Query { hello: String } type Subscription { said: String }");
const bearers = [];
const speakers = new Set();

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/say") for (const speak of speakers) speak(searchParams.get("text"));
  if (pathname === "/close") for (const each of sockets.clients) each.close(Number(searchParams.get("code")));
  response.end(JSON.stringify({ bearers, listeners: speakers.size }));
});
const sockets = new WebSocketServer({ server });
serve(
  {
    schema,
    roots: { subscription: { said } },
    onConnect: ({ connectionParams, extra }) => {
      bearers.push(connectionParams?.Authorization ?? null);
      if (!connectionParams?.Authorization) extra.socket.close(CloseCode.Forbidden);
      return true;
    },
  },
  sockets,
);
server.listen(Number(process.argv[2]), "localhost");

/** What is said from now on. A generator would not end while it waits. */
function said() {
  const words = [];
  let wake = () => {};
  const speak = (text) => {
    words.push(text);
    wake();
  };
  speakers.add(speak);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (words.length === 0) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      return { done: false, value: { said: words.shift() } };
    },
    async return() {
      speakers.delete(speak);
      return { done: true, value: undefined };
    },
  };
}
