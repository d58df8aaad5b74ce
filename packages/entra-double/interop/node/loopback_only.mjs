// Refuses and logs connections beyond this machine. Loaded before the client.

import { appendFileSync } from "node:fs";
import net from "node:net";

const HERE = new Set(["localhost", "127.0.0.1", "::1", undefined]);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof options === "object" ? options.host : undefined;
  if (!HERE.has(host)) {
    appendFileSync(process.env.LOOPBACK_ONLY_LOG, `${host}\n`);
    throw new Error(`the clients call this machine only, not ${host}`);
  }
  return connect.apply(this, given);
};
