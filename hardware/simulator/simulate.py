"""`python -m hardware simulate`: boards at a device path, in the terminal and on a page, until told to stop."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hardware.simulator import terminal
from hardware.simulator.board import SimulatedBoard
from hardware.simulator.device import PtyDevice
from hardware.simulator.line import SimulatedLine


async def simulate(
    boards: Sequence[SimulatedBoard],
    link: Path,
    *,
    baud: int = 9600,
    seed: int = 0,
    http: tuple[str, int] | None = None,
    json_ready: bool = False,
) -> None:
    """Run until SIGINT or SIGTERM; the link is removed on the way out.

    `json_ready` prints one line when all is there: {"ready", "port", "http", "boards"}. Raises OSError if the
    link or the web address cannot be had, ValueError for two boards with one address.
    """
    line = SimulatedLine(boards, baud=baud, seed=seed)
    device = PtyDevice(line, link)
    listening = None if http is None else _listen(*http)
    url = None if http is None or listening is None else f"http://{http[0]}:{listening.getsockname()[1]}"
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    device.plug()
    try:
        await _until(stop, line, device, listening, url, json_ready)
    finally:
        device.unplug()
        if listening is not None:
            listening.close()


async def _until(
    stop: asyncio.Event,
    line: SimulatedLine,
    device: PtyDevice,
    listening: socket.socket | None,
    url: str | None,
    json_ready: bool,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        web = None if listening is None else tasks.create_task(_serve(line, device, listening, stop))
        on_screen = sys.stdout.isatty() and not json_ready
        if not on_screen:
            print(_banner(line, url, json_ready), flush=True)
        out = sys.stdout
        show = terminal.show_screen(line, out, url or "") if on_screen else terminal.show_lines(line, out)
        viewer = tasks.create_task(show)
        await stop.wait()
        viewer.cancel()
        if web is not None:
            await web


def _banner(line: SimulatedLine, url: str | None, as_json: bool) -> str:
    addresses = [board.address for board in line.boards.values()]
    port = line.port
    if as_json:
        return json.dumps({"ready": True, "port": port, "http": url, "boards": addresses})
    named = ", ".join(f"{address:02d}" for address in addresses)
    return f"boards {named} at {port}" + (f", page {url}" if url else "")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


async def _serve(line: SimulatedLine, device: PtyDevice, listening: socket.socket, stop: asyncio.Event) -> None:
    import uvicorn

    from hardware.simulator.web import Page

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the simulator has its own handlers

    page = Page(line, device)
    config = uvicorn.Config(
        page.app, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=1, ws="none"
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    with suppress(asyncio.CancelledError):
        await stop.wait()
    page.close()
    server.should_exit = True
    await serving
