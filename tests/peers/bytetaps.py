"""Keeps every byte that a websockets connection of this process reads and writes, as the transport gave and took them.

The library's own code and that of the script which uses it stay as they are; with TLS, these are the bytes inside it.
"""

import base64
import json
import sys

from websockets.legacy.protocol import WebSocketCommonProtocol

connections = []


class TappedTransport:
    """A transport that notes what is written and is the real one in everything else."""

    def __init__(self, transport, account):
        self._transport = transport
        self._account = account

    def write(self, data):
        self._account["sent"] += bytes(data)
        self._transport.write(data)

    def writelines(self, lines):
        self.write(b"".join(lines))

    def __getattr__(self, name):
        return getattr(self._transport, name)


def install():
    connection_made = WebSocketCommonProtocol.connection_made
    data_received = WebSocketCommonProtocol.data_received

    def tapped_connection_made(self, transport):
        self.wsw_account = {"sent": bytearray(), "received": bytearray()}
        connections.append(self.wsw_account)
        connection_made(self, TappedTransport(transport, self.wsw_account))

    def tapped_data_received(self, data):
        self.wsw_account["received"] += data
        data_received(self, data)

    # Servers have a connection_made of their own, which calls the one that is replaced here.
    WebSocketCommonProtocol.connection_made = tapped_connection_made
    WebSocketCommonProtocol.data_received = tapped_data_received


def say(**what):
    print(json.dumps(what), flush=True)


def report(**more):
    say(connections=[{way: base64.b64encode(account[way]).decode() for way in ("sent", "received")}
                     for account in connections], **more)
    sys.stdout.flush()
