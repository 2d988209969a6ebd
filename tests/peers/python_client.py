#!/usr/bin/python3
"""Talks to an echo server and gives account of its bytes: python_client.py URL [--authority PEM] [--prefix TEXT] [--no-compression]

Sends text, nothing, binary, fragments, all three length forms, and Pings; checks each reply; closes with 4001. Prints
{"connections": [...], "replies": N, "closeCode": N, "closeReason": TEXT}.
"""

import argparse
import asyncio
import ssl
import sys

import websockets

import bytetaps

TEXTS = ["Hello server!", "", "Grüße, 世界 🌍", "x" * 126, "y" * 70_000]
BINARIES = [bytes(range(256)), b"", bytes(65_536)]


async def expect(websocket, wanted):
    reply = await asyncio.wait_for(websocket.recv(), 20)
    if reply != wanted:
        sys.exit(f"wanted {wanted[:60]!r}, got {reply[:60]!r}")


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--authority")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--no-compression", action="store_true")
    options = parser.parse_args()
    more = {"ssl": ssl.create_default_context(cafile=options.authority)} if options.authority else {}
    if options.no_compression:
        more["compression"] = None
    bytetaps.install()
    replies = 0
    async with websockets.connect(options.url, max_size=None, ping_interval=None, **more) as websocket:
        for message in TEXTS + BINARIES:
            await websocket.send(message)
            await expect(websocket, options.prefix + message if isinstance(message, str) else message)
            replies += 1
        await websocket.send(["one ", "", "message in ", "four"])
        await expect(websocket, options.prefix + "one message in four")
        pong = await websocket.ping("are you there?")
        await asyncio.wait_for(pong, 20)
        await websocket.close(4001, "that was all")
        bytetaps.report(replies=replies + 1, closeCode=websocket.close_code, closeReason=websocket.close_reason)


asyncio.run(main())
