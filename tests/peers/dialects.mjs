// Lets other people's libraries talk to each other through a relay that writes every message down: node dialects.mjs LIBRARY
// Prints one JSON object a message: {library, subprotocol, url, sent, text, payload (base64)}, and {done} at the end.
import http from "node:http";
import { createRequire } from "node:module";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

const need = createRequire(process.env.WSW_PEERS + "/");
const ws = need("ws");
setTimeout(() => process.exit(1), 30_000).unref();

const library = process.argv[2];
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

/** Stands between a client and the server on @p port; knows nothing of what they say. */
async function relay(port) {
  const server = http.createServer();
  const incoming = new ws.WebSocketServer({ server, handleProtocols: (protocols) => [...protocols][0] });
  incoming.on("connection", (near, request) => {
    const far = new ws.WebSocket(`ws://127.0.0.1:${port}${request.url}`, near.protocol ? [near.protocol] : []);
    const note = (sent, data, isBinary) =>
      say({ library, subprotocol: near.protocol, url: `ws://127.0.0.1${request.url}`, sent, text: !isBinary, payload: data.toString("base64") });
    const early = [];
    near.on("message", (data, isBinary) => {
      note(true, data, isBinary);
      if (far.readyState === ws.WebSocket.OPEN) far.send(data, { binary: isBinary });
      else early.push([data, isBinary]);
    });
    far.on("open", () => early.forEach(([data, binary]) => far.send(data, { binary })));
    far.on("message", (data, isBinary) => {
      note(false, data, isBinary);
      near.send(data, { binary: isBinary });
    });
    const end = (other) => () => other.close();
    near.on("close", end(far));
    far.on("close", end(near));
    near.on("error", () => {});
    far.on("error", () => {});
  });
  return listen(server);
}

async function socketIo() {
  const { Server } = need("socket.io");
  const { io } = need("socket.io-client");
  const server = http.createServer();
  const hub = new Server(server, { transports: ["websocket"] });
  hub.on("connection", (socket) => socket.on("sum", (a, b, reply) => reply(a + b)));
  hub.of("/rooms").on("connection", (socket) => socket.on("chat", (what) => socket.emit("chat", what)));
  const url = `http://127.0.0.1:${await relay(await listen(server))}`;
  const main = io(url, { transports: ["websocket"], reconnection: false });
  await once(main, "connect");
  await new Promise((done) => main.emit("sum", 2, 3, done));
  const rooms = io(url + "/rooms", { transports: ["websocket"], reconnection: false });
  await once(rooms, "connect");
  const reply = once(rooms, "chat");
  rooms.emit("chat", { text: "Grüße", bytes: Buffer.from([1, 2, 3]) });
  await reply;
  rooms.disconnect();
  await wait(50);
  main.disconnect();
}

async function graphQl() {
  const { GraphQLObjectType, GraphQLSchema, GraphQLString } = need("graphql");
  const { useServer } = need("graphql-ws/use/ws");
  const { createClient } = need("graphql-ws");
  async function* count() {
    for (const greetings of ["Hi", "Grüezi"]) yield { greetings };
  }
  const field = (more) => ({ type: GraphQLString, ...more });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { hello: field({ resolve: () => "world" }) } }),
    subscription: new GraphQLObjectType({ name: "Subscription", fields: { greetings: field({ subscribe: count }) } }),
  });
  const server = http.createServer();
  useServer({ schema }, new ws.WebSocketServer({ server, path: "/graphql" }));
  const port = await relay(await listen(server));
  const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: ws.WebSocket, lazy: false });
  const run = (query, operationName) =>
    new Promise((complete, error) => client.subscribe({ query, operationName }, { next: () => {}, error, complete }));
  await run("query Hello { hello }", "Hello");
  await run("subscription Greet { greetings }", "Greet");
  await client.dispose();
}

async function mqtt() {
  const library = need("mqtt");
  const packets = need("mqtt-packet");
  const server = http.createServer();
  new ws.WebSocketServer({ server, handleProtocols: (protocols) => [...protocols][0] }).on("connection", (socket) => {
    let options = {};
    const parser = packets.parser();
    const answer = (packet) => socket.send(packets.generate(packet, options));
    parser.on("packet", (packet) => {
      if (packet.cmd === "connect") {
        options = { protocolVersion: packet.protocolVersion };
        answer({ cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false });
      } else if (packet.cmd === "subscribe") {
        answer({ cmd: "suback", messageId: packet.messageId, granted: [1] });
      } else if (packet.cmd === "publish") {
        if (packet.qos === 1) answer({ cmd: "puback", messageId: packet.messageId, reasonCode: 0 });
        answer({ ...packet, qos: 0, messageId: undefined });
      } else if (packet.cmd === "unsubscribe") {
        answer({ cmd: "unsuback", messageId: packet.messageId, granted: [0] });
      } else if (packet.cmd === "pingreq") {
        answer({ cmd: "pingresp" });
      }
    });
    socket.on("message", (data) => parser.parse(data));
  });
  const port = await relay(await listen(server));
  for (const protocolVersion of [4, 5]) {
    const client = await library.connectAsync(`ws://127.0.0.1:${port}/mqtt`, { protocolVersion, reconnectPeriod: 0, clientId: "c" });
    await client.subscribeAsync("home/+/state", { qos: 1 });
    const back = once(client, "message");
    await client.publishAsync("home/lamp/state", JSON.stringify({ on: true }), { qos: 1 });
    await back;
    await client.publishAsync("home/lamp/name", "Lampe", { retain: true });
    await client.unsubscribeAsync("home/+/state");
    await client.endAsync();
  }
}

async function stomp() {
  Object.assign(globalThis, { WebSocket: ws.WebSocket });
  const { Client } = need("@stomp/stompjs");
  const server = http.createServer();
  // The broker is ours: there is no small one for Node. What the client says is the library's.
  new ws.WebSocketServer({ server, handleProtocols: () => "v12.stomp" }).on("connection", (socket) => {
    socket.on("message", (data) => {
      const [head, body = ""] = data.toString().split("\n\n");
      const [command, ...lines] = head.split("\n");
      const headers = Object.fromEntries(lines.map((line) => line.split(":")));
      if (command === "CONNECT") socket.send("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
      if (command === "SEND")
        socket.send(`MESSAGE\nsubscription:sub-0\nmessage-id:1\nack:1\ndestination:${headers.destination}\ncontent-type:application/json\n\n${body}`);
      if (headers.receipt) socket.send(`RECEIPT\nreceipt-id:${headers.receipt}\n\n\0`);
    });
  });
  const port = await relay(await listen(server));
  const client = new Client({ brokerURL: `ws://127.0.0.1:${port}/stomp`, reconnectDelay: 0, heartbeatIncoming: 0, heartbeatOutgoing: 0 });
  await new Promise((done) => {
    client.onConnect = done;
    client.activate();
  });
  await new Promise((done) => {
    client.subscribe("/topic/prices", (message) => {
      message.ack();
      done();
    }, { ack: "client" });
    client.publish({ destination: "/topic/prices", body: JSON.stringify({ ACME: 20.5 }) });
  });
  await client.deactivate();
}

async function signalR() {
  const { HubConnectionBuilder, HttpTransportType, LogLevel } = need("@microsoft/signalr");
  const server = http.createServer();
  const end = "\x1e";
  // The hub is ours, as it would be .NET's; what the client says is the library's.
  new ws.WebSocketServer({ server }).on("connection", (socket) => {
    socket.on("message", (data) => {
      for (const text of data.toString().split(end).slice(0, -1)) {
        const message = JSON.parse(text);
        if (message.protocol) socket.send("{}" + end + JSON.stringify({ type: 6 }) + end);
        if (message.type === 1 && message.invocationId)
          socket.send(JSON.stringify({ type: 1, target: "Receive", arguments: message.arguments }) + end
            + JSON.stringify({ type: 3, invocationId: message.invocationId, result: 42 }) + end);
        if (message.type === 4)
          socket.send(JSON.stringify({ type: 2, invocationId: message.invocationId, item: 1 }) + end
            + JSON.stringify({ type: 3, invocationId: message.invocationId }) + end);
      }
    });
  });
  const port = await relay(await listen(server));
  const hub = new HubConnectionBuilder()
    .withUrl(`http://127.0.0.1:${port}/hub`, { skipNegotiation: true, transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build();
  hub.on("Receive", () => {});
  await hub.start();
  await hub.invoke("Send", "Grüße", { n: 1 });
  await hub.send("Note", "x");
  await new Promise((complete, error) => hub.stream("Count", 3).subscribe({ next: () => {}, error, complete }));
  await hub.stop();
}

async function wamp() {
  Object.assign(globalThis, { WebSocket: ws.WebSocket });
  const autobahn = need("autobahn");
  const server = http.createServer();
  // The router is ours, with what one client needs to talk to itself; what that says is the library's.
  new ws.WebSocketServer({ server, handleProtocols: () => "wamp.2.json" }).on("connection", (socket) => {
    const answer = (...message) => socket.send(JSON.stringify(message));
    socket.on("message", (data) => {
      const [type, request, options, uri, ...rest] = JSON.parse(data.toString());
      if (type === 1) answer(2, 7, { roles: { broker: {}, dealer: {} } }); // HELLO, WELCOME
      if (type === 6) answer(6, {}, "wamp.close.goodbye_and_out"); // GOODBYE
      if (type === 32) answer(33, request, 11); // SUBSCRIBE, SUBSCRIBED
      if (type === 34) answer(35, request); // UNSUBSCRIBE, UNSUBSCRIBED
      if (type === 64) answer(65, request, 12); // REGISTER, REGISTERED
      if (type === 66) answer(67, request); // UNREGISTER, UNREGISTERED
      if (type === 16) {
        answer(36, 11, 99, {}, ...rest); // PUBLISH: EVENT and PUBLISHED
        if (options.acknowledge) answer(17, request, 99);
      }
      if (type === 48 && uri === "com.example.none") answer(8, 48, request, {}, "wamp.error.no_such_procedure"); // CALL, ERROR
      else if (type === 48) answer(68, request, 12, {}, ...rest); // CALL, INVOCATION
      if (type === 70) answer(50, request, {}, ...[uri, ...rest].filter((one) => one !== undefined)); // YIELD, RESULT
    });
  });
  const port = await relay(await listen(server));
  const connection = new autobahn.Connection({ url: `ws://127.0.0.1:${port}/ws`, realm: "realm1", max_retries: 0, use_es6_promises: true });
  const opened = new Promise((done) => (connection.onopen = done));
  const closed = new Promise((done) => (connection.onclose = () => {
    done();
    return true; // it does not come back
  }));
  connection.open();
  const session = await opened;
  let heard;
  const event = new Promise((done) => (heard = done));
  const subscription = await session.subscribe("com.example.prices", heard);
  await session.publish("com.example.prices", [{ ACME: 20.5 }], {}, { acknowledge: true, exclude_me: false });
  await event;
  const registration = await session.register("com.example.add", ([a, b]) => a + b);
  if ((await session.call("com.example.add", [2, 3])) !== 5) process.exit(1);
  await session.call("com.example.none").catch(() => {});
  await session.unregister(registration);
  await session.unsubscribe(subscription);
  connection.close();
  await closed;
}

await { "socket.io": socketIo, "graphql-ws": graphQl, mqtt, stompjs: stomp, signalr: signalR, wamp }[library]();
await wait(100);
say({ done: true });
process.exit(0);
