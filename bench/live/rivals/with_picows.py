"""picows (Cython): every transport is sent the text."""

import argparse
import asyncio
import sys

import uvloop
from picows import WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--view", type=int, default=0)
parser.add_argument("--deflate", action="store_true")  # it has none
arguments = parser.parse_args()
view = b'{"at":"view.1","view":"' + b"x" * max(0, arguments.view - 25) + b'"}' if arguments.view else b""
transports: set[WSTransport] = set()


class Viewer(WSListener):  # type: ignore[misc]
    def on_ws_connected(self, transport: WSTransport) -> None:
        transports.add(transport)
        if view:
            transport.send(WSMsgType.TEXT, view)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        transports.discard(transport)


def broadcast() -> None:
    line = sys.stdin.buffer.readline()
    if not line:
        asyncio.get_running_loop().stop()
    text = line[2:].rstrip(b"\n")
    for transport in transports:
        transport.send(WSMsgType.TEXT, text)


async def main() -> None:
    def viewer(request: WSUpgradeRequest) -> WSListener:
        return Viewer()

    server = await ws_create_server(viewer, "127.0.0.1", arguments.port, backlog=4096)
    asyncio.get_running_loop().add_reader(0, broadcast)
    await server.serve_forever()


uvloop.run(main())
