// Keeps every byte that a socket of this process reads and writes; ws, and its use of the socket, stay as they are.
import { createRequire } from "node:module";

// ws is installed in the build folder, not beside these scripts.
export const ws = createRequire(process.env.WSW_PEERS + "/")("ws");
export const connections = [];

export function tap(socket) {
  const account = { sent: [], received: [] };
  connections.push(account);
  const write = socket.write;
  socket.write = function (chunk, encoding, callback) {
    account.sent.push(Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined));
    return write.call(this, chunk, encoding, callback);
  };
  const push = socket.push;
  socket.push = function (chunk, encoding) {
    if (chunk) account.received.push(Buffer.from(chunk));
    return push.call(this, chunk, encoding);
  };
  // Without a listener, Node's HTTP parser reads from the descriptor itself and push() is never called.
  socket.on("data", () => {});
  return socket;
}

export function say(what) {
  process.stdout.write(JSON.stringify(what) + "\n");
}

export function report(more = {}) {
  const text = (pieces) => Buffer.concat(pieces).toString("base64");
  say({ connections: connections.map((one) => ({ sent: text(one.sent), received: text(one.received) })), ...more });
}
