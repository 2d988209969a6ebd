// Talks to an echo server and gives account of its bytes: node node_client.mjs URL
// Prints {"connections": [...], "replies": N, "closeCode": N, "closeReason": TEXT}.
import assert from "node:assert";
import net from "node:net";
import { once } from "node:events";
import { report, tap, ws } from "./bytetaps.mjs";

const limit = setTimeout(() => process.exit(1), 60_000);
const url = new URL(process.argv[2]);
const socket = new ws.WebSocket(url, {
  createConnection: (options) => tap(net.connect({ host: options.host, port: options.port })),
});
await once(socket, "open");

const messages = ["Hello server!", "", "Grüße, 世界 🌍", "x".repeat(126), Buffer.alloc(70_000, 7), Buffer.from([0, 255, 128])];
let replies = 0;
for (const message of messages) {
  const reply = once(socket, "message");
  socket.send(message);
  const [data, isBinary] = await reply;
  assert.strictEqual(isBinary, typeof message !== "string");
  assert.ok(data.equals(Buffer.from(message)));
  ++replies;
}
const reply = once(socket, "message");
socket.send("two ", { fin: false });
socket.send("pieces", { fin: true });
assert.strictEqual((await reply)[0].toString(), "two pieces");
const pong = once(socket, "pong");
socket.ping("are you there?");
assert.strictEqual((await pong)[0].toString(), "are you there?");

socket.close(4001, "that was all");
const [code, reason] = await once(socket, "close");
clearTimeout(limit);
report({ replies: replies + 1, closeCode: code, closeReason: reason.toString() });
