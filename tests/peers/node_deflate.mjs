// permessage-deflate as ws speaks it: node node_deflate.mjs PARAMETERS [URL]
// PARAMETERS: its perMessageDeflate, as JSON. With URL, connects to an echo server, sends messages of many sizes, some of them not
// compressed, and closes; without, echoes until its first connection has ended. Prints {"ready": [port]} where it listens, and at the
// end {"connections": [...], "extension": TEXT, "sent": [...], "received": [...]}, messages in base64.
import assert from "node:assert";
import net from "node:net";
import { createServer } from "node:http";
import { once } from "node:events";
import { report, say, tap, ws } from "./bytetaps.mjs";

const perMessageDeflate = { threshold: 0, ...JSON.parse(process.argv[2]) };
const sizes = [0, 1, 16, 125, 126, 1000, 65_535, 65_536, 131_072];
const sent = [], received = [];
const limit = setTimeout(() => process.exit(1), 120_000);

function note(list, data, isBinary) {
  list.push({ text: !isBinary, payload: Buffer.from(data).toString("base64") });
}

function end(extension) {
  clearTimeout(limit);
  report({ extension, sent, received });
}

async function connect(url) {
  const socket = new ws.WebSocket(url, {
    perMessageDeflate,
    createConnection: (options) => tap(net.connect({ host: options.host, port: options.port })),
  });
  await once(socket, "open");
  const extension = socket.extensions;
  const words = Array.from({ length: 4000 }, (_, n) => `{"number": ${n}, "name": "Grüße 世界"}\n`).join("");
  let count = 0;
  const exchange = async (data, send) => {
    const reply = once(socket, "message");
    send();
    const isBinary = typeof data !== "string";
    note(sent, data, isBinary);
    const [back, backIsBinary] = await reply;
    note(received, back, backIsBinary);
    assert.strictEqual(backIsBinary, isBinary);
    assert.ok(back.equals(Buffer.from(data)));
  };
  for (const size of sizes) {
    for (const data of [words.slice(0, size), Buffer.alloc(size, (n) => n), Buffer.from(words.slice(0, size))])
      await exchange(data, () => socket.send(data, { compress: ++count % 4 !== 0 }));
  }
  await exchange("in pieces, in pieces", () => {
    socket.send("in pieces, ", { fin: false });
    socket.ping("between");
    socket.send("in pieces", { fin: true });
  });
  socket.close(4001, "that was all");
  await once(socket, "close");
  end(extension);
}

function serve() {
  const http = createServer();
  http.on("connection", tap);
  const server = new ws.WebSocketServer({ server: http, perMessageDeflate });
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => {
      note(received, data, isBinary);
      socket.send(data, { binary: isBinary });
      note(sent, data, isBinary);
    });
    socket.on("close", () => {
      http.close();
      end(socket.extensions);
    });
  });
  http.listen(0, "127.0.0.1", () => say({ ready: [http.address().port] }));
}

if (process.argv[3]) await connect(process.argv[3]);
else serve();
