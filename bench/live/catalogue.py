"""The rivals: how each is started, which version it is, and why it is left out if it is not there.

`requirements/rivals` puts them into `var/bench`; each is optional when the bench runs.
"""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.live.machine import FOLDER, Missing, build
from bench.live.target import Rival, run, text_like

HERE = Path(__file__).parent
SCRIPTS = HERE / "rivals"
NODE = FOLDER / "node" / "node_modules"
PYTHON = FOLDER / "venv" / "bin" / "python"
DEBIAN = FOLDER / "debian"

FLOOR, UWS, NCHAN, NODE_WS = "floor (C, send() in a loop)", "uWebSockets", "nchan (nginx)", "Node ws"
STARLETTE, PICOWS, BROADCAST, BUN = "Starlette loop", "picows", "websockets.broadcast()", "Bun"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one rival is started; the arguments are the port and further options."""

    command: Callable[[int, Sequence[str]], list[str]]
    needs: Path
    version: Callable[[], str]
    views: bool = True  # it can greet a newcomer with a text
    publishes: bool = False


def _python(script: str, python: str) -> Callable[[int, Sequence[str]], list[str]]:
    return lambda port, more: [python, str(SCRIPTS / script), "--port", str(port), *more]


def _floor(port: int, more: Sequence[str]) -> list[str]:
    return [str(build("floor", (HERE / "floor.c",))), str(port)]


def _nchan(port: int, more: Sequence[str]) -> list[str]:
    folder = FOLDER / "nchan"
    folder.mkdir(parents=True, exist_ok=True)
    module = next(DEBIAN.glob("usr/lib/nginx/modules/*nchan*.so"))
    filled = (SCRIPTS / "nchan.conf").read_text()
    for word, value in {"FOLDER": folder, "MODULE": module, "PORT": port}.items():
        filled = filled.replace(word, str(value))
    conf = folder / "nginx.conf"
    conf.write_text(filled)
    return [str(DEBIAN / "usr/sbin/nginx"), "-p", str(folder), "-c", str(conf)]


def _node_version() -> str:
    return run(["node", "-p", f"require('{NODE}/ws/package.json').version + ', Node ' + process.version"])


def _of_venv(package: str) -> str:
    return run([str(PYTHON), "-c", f"from importlib.metadata import version; print(version('{package}'))"])


KINDS = {
    FLOOR: Kind(_floor, Path("/usr/bin/cc"), lambda: run(["cc", "--version"]).partition("\n")[0], views=False),
    UWS: Kind(
        _python("uws.py", str(PYTHON)), PYTHON, lambda: f"socketify {_of_venv('socketify')}", publishes=True
    ),
    NCHAN: Kind(
        _nchan,
        DEBIAN / "usr/sbin/nginx",
        lambda: run(["dpkg-deb", "-f", *map(str, DEBIAN.glob("libnginx-mod-nchan*.deb")), "Version"]),
        views=False,
        publishes=True,
    ),
    NODE_WS: Kind(
        lambda port, more: ["node", str(SCRIPTS / "node_ws.cjs"), "--port", str(port), *more],
        NODE / "ws",
        _node_version,
    ),
    STARLETTE: Kind(
        _python("starlette_loop.py", sys.executable),
        Path(sys.executable),
        lambda: f"{version('starlette')}, uvicorn {version('uvicorn')}, websockets {version('websockets')}",
    ),
    PICOWS: Kind(_python("with_picows.py", str(PYTHON)), PYTHON, lambda: _of_venv("picows")),
    BROADCAST: Kind(
        _python("websockets_broadcast.py", sys.executable), Path(sys.executable), lambda: version("websockets")
    ),
    BUN: Kind(
        lambda port, more: [str(NODE / ".bin/bun"), str(SCRIPTS / "bun.js"), "--port", str(port), *more],
        NODE / ".bin/bun",
        lambda: run([str(NODE / ".bin/bun"), "--version"]),
    ),
}


def rival(name: str, frame: int, *, view: int = 0, deflate: bool = False, pings: bool = False) -> Rival:
    """Start a rival that sends texts of `frame` bytes; raises Missing when it cannot be."""
    kind = KINDS[name]
    if not kind.needs.exists():
        raise Missing(f"{name} is not installed (requirements/rivals)")
    if view and not kind.views:
        raise Missing(f"{name} cannot greet newcomers with a view of their own")
    more = [*(["--view", str(view)] if view else []), *["--deflate"] * deflate, *["--pings"] * pings]
    return Rival(
        name,
        lambda port: kind.command(port, more),
        text_like(frame),
        firsts=1 if view else 0,
        publishes=kind.publishes,
        environment={**os.environ, "NODE_PATH": str(NODE)},
    )


def versions() -> list[str]:
    """The machine, and the versions of everything that runs here, a line each."""
    cpu = run(["sh", "-c", "grep -m1 'model name' /proc/cpuinfo"]).partition(": ")[2]
    lines = [f"{os.cpu_count()} cores, {cpu}, {platform.system()} {platform.release()}"]
    lines += [f"uvloop {version('uvloop')}, redis-py {version('redis')}"]
    return lines + [f"{name}: {kind.version()}" for name, kind in KINDS.items() if kind.needs.exists()]
