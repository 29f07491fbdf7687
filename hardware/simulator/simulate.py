"""`goiso hardware simulate`: things on cables at device paths, in the terminal and on a page, until stopped."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from hardware.simulator import terminal
from hardware.simulator.device import Pty
from hardware.simulator.stage import Stage


async def simulate(stage: Stage, *, http: tuple[str, int] | None = None, json_ready: bool = False) -> None:
    """Run until SIGINT or SIGTERM; the links are removed on the way out.

    `json_ready` prints one line when all is there: {"ready", "port", "http", "boards", "keypads", "printer",
    "modem"}. Raises OSError if a link or the web address cannot be had.
    """
    listening = None if http is None else _listen(*http)
    url = None if http is None or listening is None else f"http://{http[0]}:{listening.getsockname()[1]}"
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        with stage.plugged() as devices:
            await _until(stop, stage, devices, listening, url, json_ready)
    finally:
        if listening is not None:
            listening.close()


async def _until(
    stop: asyncio.Event,
    stage: Stage,
    devices: Mapping[str, Pty],
    listening: socket.socket | None,
    url: str | None,
    json_ready: bool,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        web = None if listening is None else tasks.create_task(_serve(stage, devices, listening, stop))
        on_screen = sys.stdout.isatty() and not json_ready
        if not on_screen:
            print(_banner(stage, url, json_ready), flush=True)
        out = sys.stdout
        show = terminal.show_screen(stage, out, url or "") if on_screen else terminal.show_lines(stage, out)
        viewer = tasks.create_task(show)
        await stop.wait()
        viewer.cancel()
        if web is not None:
            await web


def _banner(stage: Stage, url: str | None, as_json: bool) -> str:
    line = stage.line
    beside = {"printer": stage.printer_at, "modem": stage.modem_at}
    if as_json:
        paths = {name: str(at) if at else None for name, at in beside.items()}
        on_it = {"boards": list(line.boards), "keypads": list(line.keypads)}
        return json.dumps({"ready": True, "port": line.port, "http": url, **on_it, **paths})
    named = [
        f"{what} {', '.join(f'{address:02d}' for address in found)}"
        for what, found in (("boards", line.boards), ("keypads", line.keypads))
        if found
    ]
    said = [f"{' and '.join(named)} at {line.port}", *(f"{name} at {at}" for name, at in beside.items() if at)]
    return ", ".join([*said, *([f"page {url}"] if url else [])])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


async def _serve(stage: Stage, devices: Mapping[str, Pty], listening: socket.socket, stop: asyncio.Event) -> None:
    import uvicorn

    from hardware.simulator.web import Page

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the simulator has its own handlers

    page = Page(stage, devices)
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
