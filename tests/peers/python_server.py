#!/usr/bin/python3
"""Echoes every message, and gives account of its bytes: python_server.py [--tls CERTIFICATE KEY] [--close CODE REASON]

With --close, closes by itself after the first message. Prints {"ready": [port]}; after its first connection has ended
{"connections": [...], "messages": [...]} in base64.
"""

import argparse
import asyncio
import base64
import ssl

import websockets

import bytetaps


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--close", nargs=2)
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    bytetaps.install()
    ended = asyncio.Event()
    messages = []

    async def echo(websocket):
        try:
            async for message in websocket:
                data = message.encode() if isinstance(message, str) else message
                messages.append({"text": isinstance(message, str), "payload": base64.b64encode(data).decode()})
                await websocket.send(message)
                if options.close:
                    await websocket.close(int(options.close[0]), options.close[1])
        except websockets.ConnectionClosed:
            pass
        await websocket.wait_closed()
        ended.set()

    async with websockets.serve(echo, "127.0.0.1", 0, ssl=context, max_size=None, ping_interval=None) as server:
        bytetaps.say(ready=[server.sockets[0].getsockname()[1]])
        await asyncio.wait_for(ended.wait(), 120)
    bytetaps.report(messages=messages)


asyncio.run(main())
