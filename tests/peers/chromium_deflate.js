// Talks to an echo server on the port that the page's script was given; says "done" when everything has come back as it was.
const socket = new WebSocket(`ws://127.0.0.1:${PORT}/`);
socket.binaryType = "arraybuffer";
const words = Array.from({ length: 3000 }, (_, n) => `{"number": ${n}, "name": "Grüße 世界 🌍"}\n`).join("");
const messages = [];
for (const size of [0, 1, 16, 125, 126, 1000, 65_535, 65_536]) {
  messages.push(words.slice(0, size));
  messages.push(new Uint8Array(size).map((_, n) => n * n).buffer);
}
const same = (one, other) => typeof one === "string" ? one === other
  : one.byteLength === other.byteLength && new Uint8Array(one).every((byte, n) => byte === new Uint8Array(other)[n]);
let next = 0;
socket.onopen = () => socket.send(messages[0]);
socket.onmessage = ({ data }) => {
  if (!same(messages[next], data)) console.log(`done, but message ${next} is another`);
  else if (++next === messages.length) console.log(`done: ${socket.extensions}`);
  else socket.send(messages[next]);
};
socket.onclose = ({ code, reason }) => console.log(`done too early: ${code} ${reason}`);
