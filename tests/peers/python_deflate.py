#!/usr/bin/python3
"""permessage-deflate as websockets speaks it: python_deflate.py PARAMETERS [URL]

PARAMETERS: a JSON object for the extension's factory, e.g. {"server_no_context_takeover": true}. With URL, connects to an echo
server, sends messages of many sizes and closes; without, echoes until its first connection has ended. Prints {"ready": [port]} where
it listens, and at the end {"connections": [...], "extension": TEXT, "sent": [...], "received": [...]}, messages in base64.
"""

import asyncio
import base64
import json
import random
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

import bytetaps

SIZES = [0, 1, 16, 125, 126, 1000, 65_535, 65_536, 131_072]
account = {"sent": [], "received": [], "extension": ""}


def note(way, message):
    data = message.encode() if isinstance(message, str) else message
    account[way].append({"text": isinstance(message, str), "payload": base64.b64encode(data).decode()})


def texts():
    words = "".join(f'{{"number": {n}, "name": "Grüße 世界 🌍"}}\n' for n in range(4000))
    return [words[:size] for size in SIZES]


def binaries():
    noise = random.Random(7)
    return [bytes(size // 2) + noise.randbytes(size - size // 2) for size in SIZES]


async def connect(url, parameters):
    extensions = [ClientPerMessageDeflateFactory(**parameters)]
    async with websockets.connect(url, max_size=None, ping_interval=None, compression=None, extensions=extensions) as websocket:
        account["extension"] = websocket.response_headers.get("Sec-WebSocket-Extensions", "")
        for message in texts() + binaries() + [["in ", "", "four ", "pieces"]]:
            await websocket.send(message)
            whole = "".join(message) if isinstance(message, list) else message
            note("sent", whole)
            reply = await asyncio.wait_for(websocket.recv(), 20)
            note("received", reply)
            if reply != whole:
                sys.exit(f"wanted {whole[:60]!r}, got {reply[:60]!r}")
            await (await websocket.ping())
        await websocket.close(4001, "that was all")


async def serve(parameters):
    ended = asyncio.Event()

    async def echo(websocket):
        account["extension"] = websocket.response_headers.get("Sec-WebSocket-Extensions", "")
        try:
            async for message in websocket:
                note("received", message)
                await websocket.send(message)
                note("sent", message)
        except websockets.ConnectionClosed:
            pass
        await websocket.wait_closed()
        ended.set()

    extensions = [ServerPerMessageDeflateFactory(**parameters)]
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=None, ping_interval=None, compression=None, extensions=extensions) as server:
        bytetaps.say(ready=[server.sockets[0].getsockname()[1]])
        await asyncio.wait_for(ended.wait(), 120)


bytetaps.install()
asyncio.run(connect(sys.argv[2], json.loads(sys.argv[1])) if len(sys.argv) > 2 else serve(json.loads(sys.argv[1])))
bytetaps.report(**account)
