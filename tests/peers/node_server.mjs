// Echoes every message until its first connection has ended, then gives account of its bytes: node node_server.mjs
// Prints {"ready": [port]}, then {"connections": [...], "messages": [...]} in base64.
import { createServer } from "node:http";
import { report, say, tap, ws } from "./bytetaps.mjs";

const http = createServer();
http.on("connection", tap);
const server = new ws.WebSocketServer({ server: http, perMessageDeflate: true });
const messages = [];
const limit = setTimeout(() => process.exit(1), 120_000);

server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => {
    messages.push({ text: !isBinary, payload: data.toString("base64") });
    socket.send(data, { binary: isBinary });
  });
  socket.on("close", (code, reason) => {
    clearTimeout(limit);
    http.close();
    report({ messages, closeCode: code, closeReason: reason.toString() });
  });
});
http.listen(0, "127.0.0.1", () => say({ ready: [http.address().port] }));
