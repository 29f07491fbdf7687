"""`websockets`, its asyncio server and its own `broadcast()`."""

import argparse
import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--view", type=int, default=0)
parser.add_argument("--deflate", action="store_true")
arguments = parser.parse_args()
view = '{"at":"view.1","view":"' + "x" * max(0, arguments.view - 25) + '"}' if arguments.view else ""
connections: set[ServerConnection] = set()


async def viewer(connection: ServerConnection) -> None:
    connections.add(connection)
    try:
        if view:
            await connection.send(view)
        await connection.wait_closed()
    finally:
        connections.discard(connection)


def read_line() -> None:
    line = sys.stdin.readline()
    if not line:
        asyncio.get_running_loop().stop()
    broadcast(connections, line[2:].rstrip("\n"))


async def main() -> None:
    compression = "deflate" if arguments.deflate else None
    async with serve(
        viewer, "127.0.0.1", arguments.port, compression=compression, ping_interval=None, backlog=4096
    ) as server:
        asyncio.get_running_loop().add_reader(0, read_line)
        await server.serve_forever()


uvloop.run(main())
