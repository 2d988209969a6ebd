#!/usr/bin/python3
"""Runs a server script as it is and gives account of its bytes: run_example_server.py SCRIPT

Prints {"ready": [ports]} when it listens; at SIGTERM {"connections": [{"sent", "received"}]} in base64.
"""

import os
import runpy
import signal
import sys

from websockets.legacy.server import WebSocketServer

import bytetaps


def finish(_signal, _frame):
    bytetaps.report()
    os._exit(0)


def main():
    bytetaps.install()
    wrap = WebSocketServer.wrap

    def announcing_wrap(self, server):
        wrap(self, server)
        bytetaps.say(ready=sorted({socket.getsockname()[1] for socket in server.sockets}))

    WebSocketServer.wrap = announcing_wrap
    signal.signal(signal.SIGTERM, finish)
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


main()
