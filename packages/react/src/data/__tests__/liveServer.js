/** A GraphQL server with one subscription, on a real WebSocket: tests decide whom it lets in. */
import { createRequire } from "node:module";
import { useServer as serve } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

/** The client of `ws`: jsdom's own mixes its events with those of Node. */
export { WebSocket } from "ws";

/** The copy that Node gives to graphql-ws. Vite would give us another one. */
const { buildSchema, GraphQLError } = createRequire(import.meta.url)("graphql");

const schema = buildSchema(`
  type Query { hello: String guarded: String }
  type Mutation { guarded: String }
  type Subscription { said: String guardedSaid: String }
`);

export async function startLiveServer(port = 0) {
  const sockets = new WebSocketServer({ port, host: "localhost" });
  await new Promise((resolve) => sockets.once("listening", resolve));
  const speakers = new Set();
  const server = {
    port: sockets.address().port,
    /** `connectionParams` of each connection. */
    connections: [],
    /** The Origin and Cookie of each handshake. */
    handshakes: [],
    /** Returns a close code to refuse a connection, or null. */
    refuse: () => null,
    /** Returns message and extensions of the error that refuses a guarded field to a connection, or null. */
    forbid: () => null,
    say: (text) => {
      for (const speak of speakers) speak(text);
    },
    /** Closes all connections, as a server does when a token ends. */
    closeAll: (code, reason) => {
      for (const each of sockets.clients) each.close(code, reason);
    },
    subscriptions: () => speakers.size,
    clients: () => sockets.clients.size,
    stop: () => {
      for (const each of sockets.clients) each.terminate();
      return new Promise((resolve) => sockets.close(resolve));
    },
  };
  sockets.on("connection", (_, request) => server.handshakes.push(request.headers));
  const guard = (done) => (_, context) => {
    const [message, extensions] = server.forbid(context.connectionParams) ?? [];
    if (message) throw new GraphQLError(message, { extensions });
    return done();
  };
  const guarded = guard(() => "done");
  const subscription = { said: () => said(speakers), guardedSaid: guard(() => said(speakers, "guardedSaid")) };
  const roots = { query: { guarded }, mutation: { guarded }, subscription };
  serve({ schema, roots, context: (context) => context, onConnect: enter(server) }, sockets);
  return server;
}

const enter = (server) => (context) => {
  server.connections.push(context.connectionParams ?? null);
  const code = server.refuse(context.connectionParams);
  if (code !== null) context.extra.socket.close(code);
  return true;
};

/** What is said from now on. A generator would not end while it waits. */
function said(speakers, name = "said") {
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
      while (words.length === 0)
        await new Promise((resolve) => {
          wake = resolve;
        });
      return { done: false, value: { [name]: words.shift() } };
    },
    async return() {
      speakers.delete(speak);
      return { done: true, value: undefined };
    },
  };
}
