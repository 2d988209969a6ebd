// Opens a page with one script in headless Chromium and tells what its WebSocket did: node chromium.mjs SCRIPT PATTERN [HAR]
// Ends when the console has shown a line that contains PATTERN and its variable `socket` has been closed. Prints
// {"request": {...}, "status": N, "frames": [{"direction", "opcode", "masked", "payload" in base64}], "console": [lines]}.
// HAR: a file into which Chromium's own DevTools, opened for the page, write what they export.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [script, pattern, harFile] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "wsw-chromium-"));

const page = createServer((request, response) => {
  const isScript = request.url === "/client.js";
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html; charset=utf-8");
  response.end(isScript ? readFileSync(script) : '<!doctype html><title>client</title><link rel="icon" href="data:,"><script src="client.js"></script>');
});
await new Promise((done) => page.listen(0, "127.0.0.1", done));

const browser = spawn("chromium", [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`,
  "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
  "--disable-default-apps", "--disable-extensions", "--disable-sync", "--disable-dev-shm-usage", "--metrics-recording-only",
  "--no-proxy-server", ...(harFile ? ["--remote-debugging-port=0", "--remote-allow-origins=*"] : []), "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE ::1",
], { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
let complaints = "";
browser.stderr.on("data", (text) => (complaints += text));

function fail(why) {
  process.stderr.write(`${why}\n${complaints}\n`);
  browser.kill("SIGKILL");
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 500);
}
const limit = setTimeout(() => fail("Chromium did not come to an end in time"), 90_000);
browser.on("error", (error) => fail(error.message));

// The DevTools protocol over the pipe: JSON objects, each ended by a zero byte.
let lastId = 0;
const waiting = new Map();
const listeners = new Map();
let buffered = Buffer.alloc(0);
browser.stdio[4].on("data", (bytes) => {
  buffered = Buffer.concat([buffered, bytes]);
  for (let end; (end = buffered.indexOf(0)) >= 0; buffered = buffered.subarray(end + 1)) {
    const message = JSON.parse(buffered.subarray(0, end).toString());
    if (message.id === undefined) listeners.get(message.method)?.(message.params);
    else if (message.error) fail(message.error.message);
    else waiting.get(message.id)?.(message.result);
  }
});
function call(method, params = {}, sessionId = undefined) {
  const id = ++lastId;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  return new Promise((done) => waiting.set(id, done));
}

const account = { request: {}, status: 0, frames: [], console: [] };
const frame = (direction) => ({ response }) =>
  account.frames.push({
    direction, opcode: response.opcode, masked: response.mask,
    payload: Buffer.from(response.payloadData, response.opcode === 1 ? "utf8" : "base64").toString("base64"),
  });
listeners.set("Network.webSocketWillSendHandshakeRequest", ({ request }) => (account.request = request.headers));
listeners.set("Network.webSocketHandshakeResponseReceived", ({ response }) => (account.status = response.status));
listeners.set("Network.webSocketFrameSent", frame("sent"));
listeners.set("Network.webSocketFrameReceived", frame("received"));
const shown = new Promise((done) =>
  listeners.set("Runtime.consoleAPICalled", ({ args }) => {
    account.console.push(args.map((one) => String(one.value)).join(" "));
    if (account.console.at(-1).includes(pattern)) done();
  }));
const closed = new Promise((done) => listeners.set("Network.webSocketClosed", done));

const { targetId } = await call("Target.createTarget", { url: "about:blank" });
const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
for (const domain of ["Network", "Page", "Runtime"]) await call(`${domain}.enable`, {}, sessionId);

// DevTools are a page, too: it is given the other one's address, and asked for what its menu would save.
let devtools = undefined;
async function evaluate(expression) {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, devtools);
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  return result.value;
}
async function until(condition) {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 50));
}
if (harFile) {
  const portFile = join(profile, "DevToolsActivePort");
  await until(() => existsSync(portFile) && readFileSync(portFile, "utf8").includes("\n"));
  const port = readFileSync(portFile, "utf8").split("\n")[0];
  const url = `devtools://devtools/bundled/devtools_app.html?ws=127.0.0.1:${port}/devtools/page/${targetId}&panel=network`;
  const target = await call("Target.createTarget", { url });
  devtools = (await call("Target.attachToTarget", { targetId: target.targetId, flatten: true })).sessionId;
  await until(() => evaluate(`(async () => {
    try {
      const sdk = await import("./core/sdk/sdk.js");
      globalThis.log = (await import("./models/logs/logs.js")).NetworkLog.NetworkLog.instance();
      return sdk.TargetManager.TargetManager.instance().models(sdk.NetworkManager.NetworkManager).length > 0;
    } catch (error) {
      return false;
    }
  })()`));
}
await call("Page.navigate", { url: `http://127.0.0.1:${page.address().port}/` }, sessionId);
await shown;
// As typed into the console: leaving the page instead would cut the connection without a Close.
await call("Runtime.evaluate", { expression: 'socket.close(1000, "seen")' }, sessionId);
await closed;
if (harFile) {
  const har = `(async () => {
    const { Log } = await import("./models/har/har.js");
    return JSON.stringify({ log: await Log.Log.build(log.requests(), { sanitize: false }) });
  })()`;
  // DevTools hear of the end a little later.
  await until(async () => (await evaluate(har)).includes("_webSocketMessages"));
  await new Promise((done) => setTimeout(done, 500));
  writeFileSync(harFile, await evaluate(har));
}
const exited = new Promise((done) => browser.on("exit", done));
call("Browser.close");
await exited;
clearTimeout(limit);
page.close();
page.closeAllConnections();
rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.stdout.write(JSON.stringify(account) + "\n");
