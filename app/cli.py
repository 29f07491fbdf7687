"""The command `goiso`: one verb per process and per thing an operator sets up."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.cli_guide import guide
from app.cli_log import archive, audit, report
from app.cli_voice import voice
from app.settings import BadSettings, Settings, read_settings, unsafe_to_serve

log = logging.getLogger(__name__)

cli = typer.Typer(
    help="Gọi Số: the queue system of Vietnamese public-service centers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
plan = typer.Typer(help="Plans: what a center's staff set up.", no_args_is_help=True)
staff = typer.Typer(help="Staff accounts.", no_args_is_help=True)
cli.add_typer(plan, name="plan")
cli.add_typer(staff, name="staff")
cli.add_typer(audit, name="audit")
cli.add_typer(archive, name="archive")
cli.command("report")(report)
cli.add_typer(voice, name="voice")
cli.add_typer(guide, name="guide")

File = Annotated[Path, typer.Argument(help="a plan as TOML", exists=False)]


def main() -> None:
    """Run a verb; whatever an operator can put right is said in sentences, with exit status 2."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        cli()
    except BadSettings as fault:
        _give_up(str(fault))
    except Exception as fault:
        _give_up(_sentences(fault))


def _sentences(fault: Exception) -> str:
    """What an operator can put right; any other fault is raised again. Imports here and not above: a process on
    site has no store, and many verbs ask for none."""
    from redis.exceptions import RedisError

    from app.domain.refusals import Refusal
    from app.store.private import NoServer

    match fault:
        case NoServer():
            return str(fault)
        case RedisError():
            return f"the store does not answer: {fault}"
        case Refusal():
            return f"{fault.sentence('en')}\n{fault.sentence('vi')}"
    raise fault


def _give_up(sentences: str) -> NoReturn:
    for sentence in sentences.splitlines():
        print(f"goiso: {sentence}", file=sys.stderr)
    sys.exit(2)


def _settings() -> Settings:
    return read_settings(os.environ)


@cli.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, help="how many web processes share the port")] = 1,
    worker: Annotated[bool, typer.Option(help="be one of them", hidden=True)] = False,
) -> None:
    """Run the web server: pages, API, websocket. SIGHUP replaces its workers one after another."""
    import uvicorn

    from app.wiring import listen, web_config
    from app.workers import stop_with_keeper

    settings = read_settings(os.environ, unsafe_to_serve)
    _check_parts(settings)
    if workers > 1:
        _serve_with(settings, workers)
        return
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # a line for every socket helps nobody
    log.info("= serving %s on %s:%d", settings.origin, settings.host, settings.port)
    if worker:
        stop_with_keeper()
    server = uvicorn.Server(web_config(settings))
    try:
        listening = listen(settings, among_many=worker)
    except OSError as fault:
        _give_up(f"cannot listen on {settings.host}:{settings.port}: {fault.strerror or fault}")
    server.run(sockets=[listening])
    if not server.started:
        sys.exit(3)


def _serve_with(settings: Settings, count: int) -> None:
    """Keep several web processes at one port."""
    from app.wiring import make_workers
    from app.workers import NotServing

    if settings.port == 0:
        _give_up("GOISO_PORT must name the port that the workers share")

    async def run() -> None:
        async with make_workers(settings, count, os.environ) as keeper:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, keeper.replace_all)
            await keeper.run()

    try:
        _until_stopped(run)
    except NotServing as fault:
        _give_up(str(fault))


def _check_parts(settings: Settings) -> None:
    """Say what is wrong with the store or what sends SMS in a sentence, before a server would in a trace."""
    from app.store.private import server_path
    from app.wiring import gateway_form, open_modem, open_store

    async def check() -> None:
        async with open_store(settings):
            pass

    gateway_form(settings)
    open_modem(settings)
    if settings.store_url:
        asyncio.run(check())
    else:
        server_path()


@cli.command()
def notices() -> None:
    """Send SMS and e-mail, following the journal."""
    from app.wiring import make_notices

    settings = _settings()

    async def run() -> None:
        async with make_notices(settings) as process:
            await process.run()

    _until_stopped(run)


@cli.command()
def speaker() -> None:
    """Speak a zone's announcements through this machine's loudspeaker."""
    from app.devices.speaker import Speaker
    from audio import open_player

    settings = _settings()
    _need(settings, "speaker_key", "center", "speaker_voice")

    async def run() -> None:
        player = open_player(settings.speaker_out)
        await Speaker(settings.server, settings.speaker_key, settings.center, settings.speaker_voice, player).run()

    _until_stopped(run)


@cli.command()
def boards() -> None:
    """Drive the LED boards of a center, and the keypads of its clerks, over a serial line."""
    from app.devices.line import Line

    settings = _settings()
    _need(settings, *(() if settings.keypads_key else ("boards_key",)), "center", "boards_port")

    async def run() -> None:
        keys = {"boards_key": settings.boards_key, "keypads_key": settings.keypads_key}
        where = (settings.server, settings.center, settings.boards_port, settings.boards_protocol)
        try:
            driven = Line(*where, **keys, zones=settings.boards_zones, brightness=settings.boards_brightness)
        except ValueError as fault:
            raise BadSettings([f"GOISO_BOARDS_PORT, GOISO_BOARDS_PROTOCOL: {fault}"]) from None
        await driven.run()

    _until_stopped(run)


@cli.command()
def printer() -> None:
    """Print the slips of the kiosk on this machine."""
    from app.devices.printer import run_printer

    settings = _settings()
    _need(settings, "printer_url")
    origin = settings.origin or settings.server
    _until_stopped(lambda: run_printer(settings.printer_url, settings.printer_port, origin))


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def hardware(given: typer.Context) -> None:
    """Simulate boards, keypads, a printer and a modem, or try a real one: see `goiso hardware --help`."""
    from hardware.__main__ import main as run_hardware

    logging.getLogger("hardware").setLevel(logging.ERROR)  # else a fault is said twice
    sys.exit(run_hardware(given.args))


@cli.command()
def pair(kind: Annotated[str, typer.Argument(help="speaker, boards or keypads")]) -> None:
    """Pair this machine: shows a code for staff, then prints the key for the settings."""
    from app.devices.pairing import pair as pair_here

    if kind not in (known := ("speaker", "boards", "keypads")):
        _give_up(f"'{kind}' cannot be paired here; known are {', '.join(known)}")
    settings = _settings()

    async def run() -> None:
        def show(code: str) -> None:
            print(f"Mã ghép nối / pairing code: {code}", flush=True)

        key = await pair_here(settings.server, kind, show)
        print(f"GOISO_{kind.upper()}_KEY={key}")

    _until_stopped(run)


@cli.command()
def demo(
    port: Annotated[
        int, typer.Option(help="the web server's port; the boards take the next; 0: free ones")
    ] = 8000,
    data: Annotated[Path, typer.Option(help="folder for the demo's data")] = Path("var/demo"),
    as_json: Annotated[bool, typer.Option("--json", help="print one line of JSON when ready")] = False,
    bots: Annotated[bool, typer.Option(help="let bots take numbers and press next")] = False,
) -> None:
    """Run the demo center with everything, until Ctrl-C."""
    from app.bots import run_bots
    from app.demo import NotStarted
    from app.demo import demo as run_demo
    from app.demo_table import table
    from app.wiring import now

    async def run() -> None:
        async with run_demo(data, port, now) as running:
            print(json.dumps(asdict(running), ensure_ascii=False) if as_json else table(running), flush=True)
            if bots:
                await run_bots(running)
            await asyncio.Event().wait()

    try:
        _until_stopped(run)
    except NotStarted as fault:
        _give_up(str(fault))


@plan.command("check")
def plan_check(file: File) -> None:
    """Check a plan, and say everything that is wrong with it."""
    from app.plans import read_plan

    checked = read_plan(file)
    print(
        f"{checked.name}: {len(checked.zones)} zones, {len(checked.services)} services, "
        f"{len(checked.counters)} counters. The plan may be used."
    )


@plan.command("load")
def plan_load(file: File) -> None:
    """Put a plan in force; a center that does not exist yet begins with it."""
    from app.plans import read_plan
    from app.wiring import load_plan

    read = read_plan(file)
    print(asyncio.run(load_plan(_settings(), read)))


@plan.command("export")
def plan_export(center: Annotated[str, typer.Argument(help="id of a center")]) -> None:
    """Print the plan in force as TOML, as `goiso plan load` reads it."""
    from app.wiring import read_plan_text

    print(asyncio.run(read_plan_text(_settings(), center)), end="")


@staff.command("add")
def staff_add(
    login: str,
    name: Annotated[str, typer.Option(help="the member's name")],
    role: Annotated[list[str], typer.Option(help="clerk, supervisor, operator or auditor; may be given again")],
    center: Annotated[list[str], typer.Option(help="id of a center where the roles hold; may be given again")],
) -> None:
    """Add a member of staff; the password is asked for, or read from standard input."""
    from app.accounts.staff import Role
    from app.domain.refusals import UnknownCenter
    from app.wiring import open_staff

    try:
        roles = tuple(Role(one) for one in role)
    except ValueError:
        _give_up(f"roles are {', '.join(Role)}")
    password = _password()

    async def add() -> None:
        async with open_staff(_settings()) as (accounts, centers):
            if unknown := [one for one in center if one not in centers]:
                raise UnknownCenter(center=unknown[0])
            await accounts.add(login, name, roles, tuple(center), password)

    asyncio.run(add())
    print(f"{login} may sign in.")


@staff.command("password")
def staff_password(login: str) -> None:
    """Give a member of staff another password."""
    from app.wiring import open_staff

    password = _password()

    async def change() -> None:
        async with open_staff(_settings()) as (accounts, centers):
            if await accounts.find(login) is None:
                raise BadSettings([f"nobody on the staff has the login '{login}'"])
            await accounts.set_password(login, password)

    asyncio.run(change())
    print(f"{login} has another password.")


@staff.command("list")
def staff_list() -> None:
    """List the members of staff."""
    from app.wiring import open_staff

    async def show() -> None:
        async with open_staff(_settings()) as (accounts, _):
            for member in await accounts.all():
                held = " ".join(f"{center}:{','.join(roles)}" for center, roles in member.holds.items())
                print(*(member.login, member.name, held, *(["disabled"] if member.is_disabled else [])), sep="\t")

    asyncio.run(show())


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _need(settings: Settings, *names: str) -> None:
    if missing := [name for name in names if not getattr(settings, name)]:
        raise BadSettings([f"GOISO_{name.upper()} must be set" for name in missing])


def _until_stopped(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run until it ends, Ctrl-C or SIGTERM; what it raises ends the process with a sentence."""
    from app.devices.following import NotWelcome
    from audio import AudioError

    async def stoppable() -> None:
        task = asyncio.ensure_future(run())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    try:
        asyncio.run(stoppable())
    except* (NotWelcome, AudioError, ValueError) as faults:
        _give_up("\n".join(str(fault) for fault in faults.exceptions))
