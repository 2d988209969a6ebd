#!/usr/bin/python3
"""Says what it is told to and keeps what it hears: python_listener.py URL [TEXT]...

Sends each TEXT as a message as soon as it is connected, then listens until the server closes. Prints {"connections": [...], "messages":
[{"text": BOOL, "payload": BASE64}...], "closeCode": N, "closeReason": TEXT}.
"""

import asyncio
import base64
import sys

import websockets

import bytetaps


async def main():
    bytetaps.install()
    messages = []
    async with websockets.connect(sys.argv[1], max_size=None, ping_interval=None, compression=None) as websocket:
        for text in sys.argv[2:]:
            await websocket.send(text)
        try:
            async for message in websocket:
                data = message.encode() if isinstance(message, str) else message
                messages.append({"text": isinstance(message, str), "payload": base64.b64encode(data).decode()})
        except websockets.ConnectionClosed:
            pass
        bytetaps.report(messages=messages, closeCode=websocket.close_code, closeReason=websocket.close_reason)


asyncio.run(main())
