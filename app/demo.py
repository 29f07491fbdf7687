"""`goiso demo`: the demo center with everything running, for newcomers and for programs that drive it.

It founds the centers of `plans/`, open around the clock, with accounts and paired devices whose keys are kept in
the data folder, and starts the production processes as they are, each in a process of its own.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import time
from pathlib import Path
from urllib.request import urlopen

from app.accounts.citizens import Citizens
from app.accounts.sessions import hash_token
from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.center import Centers, Clock
from app.devices.presence import Presence
from app.domain.commands import PairDevice
from app.domain.plan import LastNumber, Plan, Window
from app.domain.refusals import NameTaken
from app.domain.states import DeviceKind
from app.plans import read_plan
from app.store.client import connect
from app.store.journal import Store
from app.store.private import private_server

ROOT = Path(__file__).resolve().parents[1]
CENTER = "quang-ninh"
PLANS = ("quang-ninh", "cam-pha")
PASSWORD = "goi-so-demo"
CITIZEN = "0912 345 678"
CLERKS = ("lan", "minh", "hoa")
BOTS = ("bot-1", "bot-2", "bot-3")
ALWAYS = Window(time(0, 0), time(23, 59, 58), time(23, 59, 59), (1, 2, 3, 4, 5, 6, 7))
VOICE_ZONE = "tang-3"
ON_SITE = {DeviceKind.SPEAKER, DeviceKind.BOARDS, DeviceKind.KEYPADS}
READY_SECONDS = 30.0


class NotStarted(Exception):
    """The demo cannot run, in one sentence."""


@dataclass(frozen=True, slots=True)
class Key:
    """A demo device: the key it shows, and its page if it is one."""

    device: str
    kind: str
    zone: str
    key: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything a newcomer or a program needs to know of a running demo."""

    portal: str
    panel: str
    boards: str
    citizen: dict[str, str]
    staff: list[dict[str, str]]
    devices: list[Key]
    outbox: str
    store: str
    boards_port: str
    slips: str
    processes: dict[str, int]


def plan_of(center: str) -> Plan:
    """A demo center's plan, open around the clock: no number is the last one."""
    plan = read_plan(ROOT / "plans" / f"{center}.toml")
    return replace(plan, windows=(ALWAYS,), last_number=LastNumber.OFF, kiosk_addresses=("127.0.0.1", "::1"))


async def furnish(store: Store, data: Path, clock: Clock) -> list[Key]:
    """Found what is missing: centers, accounts, devices. What is there from an earlier start stays."""
    centers = Centers(store, clock)
    tries = Tries(store.redis)
    try:
        for center in PLANS:
            with contextlib.suppress(NameTaken):
                await centers.found(plan_of(center))
        staff = Staff(store.redis, tries)
        for login in (*CLERKS, *BOTS, "quantri"):
            roles = (Role.CLERK,) if login != "quantri" else (Role.SUPERVISOR, Role.OPERATOR)
            if await staff.find(login) is None:
                await staff.add(login, login.title(), roles, PLANS, PASSWORD)
        with contextlib.suppress(NameTaken):
            await Citizens(store.redis, tries).register("Nguyễn Thị Hạnh", CITIZEN, PASSWORD)
        return await _devices(centers, store, data / "demo-devices.json")
    finally:
        await centers.close()


async def _devices(centers: Centers, store: Store, kept: Path) -> list[Key]:
    """The demo's devices, paired now or at an earlier start; keys are secrets, so the file is ours alone."""
    loaded = await store.load(CENTER)
    known = {name for name in (loaded[1] if loaded else {}) if name.startswith("device/")}
    keys = [Key(**key) for key in json.loads(kept.read_text())] if kept.exists() else []
    keys = [key for key in keys if f"device/{key.device}" in known]
    wanted = [(DeviceKind.TV, zone.id) for zone in plan_of(CENTER).zones]
    wanted += [(DeviceKind.KIOSK, ""), (DeviceKind.SPEAKER, VOICE_ZONE)]
    wanted += [(DeviceKind.BOARDS, ""), (DeviceKind.KEYPADS, "")]
    for kind, zone in wanted:
        if any((key.kind, key.zone) == (kind.value, zone) for key in keys):
            continue
        device, token = secrets.token_hex(6), secrets.token_urlsafe(24)
        name = f"{kind.value} {zone}".strip()
        await centers.do(CENTER, PairDevice("system", device, kind, name, zone, hash_token(token)))
        keys.append(Key(device, kind.value, zone, f"{device}.{token}"))
    kept.touch(mode=0o600)
    kept.write_text(json.dumps([asdict(key) for key in keys]))
    return keys


def secret_of(data: Path) -> str:
    """The demo's own secret, made once."""
    kept = data / "demo-secret"
    if not kept.exists():
        fresh = kept.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.rename(kept)
    return kept.read_text()


@contextlib.asynccontextmanager
async def demo(data: Path, port: int, clock: Clock) -> AsyncIterator[Demo]:
    """The running demo; everything is stopped at the end. `port` 0 takes free ports."""
    data = data.absolute()
    data.mkdir(parents=True, exist_ok=True)
    origin = f"http://127.0.0.1:{_free_port(port)}"
    boards = f"http://127.0.0.1:{_free_port(port + 1 if port else 0)}"
    async with contextlib.AsyncExitStack() as stack:
        store_url = await stack.enter_async_context(private_server(data))
        redis = await stack.enter_async_context(connect(store_url))
        keys = await furnish(Store(redis), data, clock)
        settings = _settings(data, store_url, origin, keys)
        settings["GOISO_PRINTER_PORT"] = str(printer := _free_port(port + 2 if port else 0))
        commands = {
            "web": ["-m", "app", "serve"],
            "notices": ["-m", "app", "notices"],
            "simulator": ["-m", "hardware", "simulate", *_simulated(settings["GOISO_BOARDS_PORT"], boards)],
            "boards": ["-m", "app", "boards"],
            "speaker": ["-m", "app", "speaker"],
            "printer": ["-m", "app", "printer"],
        }
        processes = await stack.enter_async_context(_running(commands, {**os.environ, **settings}, data / "log"))
        await _answers(f"{origin}/healthz", "web", processes)
        await _answers(f"{boards}/state.json", "simulator", processes)
        await _are_there(Presence(redis), {key.device for key in keys if key.kind in ON_SITE})
        yield Demo(
            portal=origin,
            panel=f"{origin}/panel",
            boards=boards,
            citizen={"login": CITIZEN, "password": PASSWORD},
            staff=[{"login": login, "password": PASSWORD} for login in (*CLERKS, "quantri")],
            devices=[_with_url(key, origin, printer) for key in keys],
            outbox=str(data / "outbox.jsonl"),
            store=store_url,
            boards_port=settings["GOISO_BOARDS_PORT"],
            slips=str(data / "slips"),
            processes={name: process.pid for name, process in processes.items()},
        )


def _settings(data: Path, store_url: str, origin: str, keys: list[Key]) -> dict[str, str]:
    """The environment of the demo's processes; what is outside may be set from there."""
    outbox = f"log:{data / 'outbox.jsonl'}"
    by_kind = {key.kind: key.key for key in keys}
    return {
        "GOISO_DATA": str(data),
        "GOISO_STORE_URL": store_url,
        "GOISO_PORT": origin.rpartition(":")[2],
        "GOISO_ORIGIN": origin,
        "GOISO_SECRET": secret_of(data),
        "GOISO_SMS_URL": os.environ.get("GOISO_SMS_URL", outbox),
        "GOISO_MAIL_URL": os.environ.get("GOISO_MAIL_URL", outbox),
        "GOISO_SERVER": origin,
        "GOISO_CENTER": CENTER,
        "GOISO_SPEAKER_VOICE": VOICE_ZONE,
        "GOISO_SPEAKER_KEY": by_kind[DeviceKind.SPEAKER],
        "GOISO_BOARDS_KEY": by_kind[DeviceKind.BOARDS],
        "GOISO_KEYPADS_KEY": by_kind[DeviceKind.KEYPADS],
        "GOISO_BOARDS_PORT": str(data / "boards.tty"),
        "GOISO_PRINTER_URL": os.environ.get("GOISO_PRINTER_URL", f"file:{data / 'slips'}"),
    }


def _simulated(port: str, address: str) -> list[str]:
    """The simulator's arguments: every board and keypad of the center on one line, and their page."""
    counters = plan_of(CENTER).counters
    shown = [f"--board={one.board}=Quầy {one.id}" for one in counters if one.board is not None]
    shown += [f"--keypad={one.keypad}=Bàn phím quầy {one.id}" for one in counters if one.keypad is not None]
    return [*shown, f"--link={port}", f"--http={address.removeprefix('http://')}"]


def _with_url(key: Key, origin: str, printer: int) -> Key:
    if key.kind not in (DeviceKind.TV, DeviceKind.KIOSK):
        return key
    query = f"?printer={printer}" if key.kind == DeviceKind.KIOSK else ""
    return replace(key, url=f"{origin}/{key.kind}/pair{query}#key={key.key}")


@contextlib.asynccontextmanager
async def _running(
    commands: dict[str, list[str]], environment: dict[str, str], logs: Path
) -> AsyncIterator[dict[str, asyncio.subprocess.Process]]:
    """Processes side by side, each with a log file; all are asked to stop at the end, and waited for."""
    logs.mkdir(exist_ok=True)
    processes: dict[str, asyncio.subprocess.Process] = {}
    try:
        for name, arguments in commands.items():
            with (logs / f"{name}.log").open("ab") as log:
                processes[name] = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *arguments,
                    env=environment,
                    cwd=ROOT,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        yield processes
    finally:
        for process in processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(_ended(process) for process in processes.values()))


async def _ended(process: asyncio.subprocess.Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), 8)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _answers(url: str, name: str, processes: dict[str, asyncio.subprocess.Process]) -> None:
    """Wait until a process answers; raises NotStarted when it has ended instead, or takes too long."""
    end = asyncio.get_running_loop().time() + READY_SECONDS
    while True:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(lambda: urlopen(url, timeout=2).close())
            return
        if processes[name].returncode is not None or asyncio.get_running_loop().time() > end:
            raise NotStarted(f"{name} did not start; its log says why")
        await asyncio.sleep(0.05)


async def _are_there(presence: Presence, devices: set[str]) -> None:
    """Wait until the devices on site follow their topics."""
    async with asyncio.timeout(READY_SECONDS):
        while await presence.present(list(devices)) != devices:
            await asyncio.sleep(0.05)


def _free_port(port: int) -> int:
    """The port, or some free one for 0; raises NotStarted when somebody else has it."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", port))
        except OSError as fault:
            raise NotStarted(f"port {port} cannot be had ({fault.strerror}); choose another with --port") from None
        found: int = free.getsockname()[1]
        return found
