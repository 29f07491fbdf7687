"""The commands `goiso audit` and `goiso archive`, part of `app.cli`: they prove the journal and put it away."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from app.settings import BadSettings, Settings, read_settings

audit = typer.Typer(help="Prove the journal, publish its head, forget a day's holders.", no_args_is_help=True)
archive = typer.Typer(invoke_without_command=True)

Center = Annotated[str, typer.Option(help="id of a center; empty: every center")]
Folder = Annotated[Path | None, typer.Option(help="folder of the archive; empty: `archive` in GOISO_DATA")]


@audit.command("verify")
def audit_verify(
    files: Annotated[list[Path] | None, typer.Argument(help="files of the archive; none: the store")] = None,
    center: Center = "",
    day: Annotated[str, typer.Option(help="one day of the store, such as 2020-04-03; empty: all")] = "",
    epoch: Annotated[str, typer.Option(help="one epoch of the store; empty: all")] = "",
    head: Annotated[list[str] | None, typer.Option(help="a hash published before; may be given again")] = None,
) -> None:
    """Prove that journals are as they were written, or name what is not; then the exit status is 1."""
    from app.log_commands import verify_files, verify_store

    published = tuple(head or ())
    if not files:
        _on_store(lambda store, _: verify_store(store, center, day, epoch, published))
    elif day or epoch:
        raise BadSettings(["--day and --epoch choose from the store: give files, or these"])
    else:
        _end(verify_files(files, center, published))


@audit.command("head")
def audit_head(center: Center = "") -> None:
    """Print the end of each center's journal in a line, to be published outside."""
    from app.log_commands import heads

    _on_store(lambda store, _: heads(store, center))


@audit.command("forget")
def audit_forget(
    center: Annotated[str, typer.Option(help="id of a center")],
    day: Annotated[str, typer.Option(help="a day that is over, such as 2020-04-03")],
    folder: Folder = None,
) -> None:
    """Delete what links a day's numbers to accounts: the day's key, and the contacts of its numbers."""
    from app.log_commands import forget

    _on_store(lambda store, settings: forget(store, _place(settings, folder), center, day))


@archive.callback()
def archive_days(
    context: typer.Context,
    center: Center = "",
    before: Annotated[str, typer.Option(help="only days before this one, such as 2020-04-03; empty: all")] = "",
    folder: Folder = None,
) -> None:
    """Write finished days to files, prove the copies, then let the days go from the store."""
    from app.log_commands import put_away
    from app.report.copies import Copies

    if context.invoked_subcommand is None:
        _on_store(lambda store, of: put_away(store, _place(of, folder), Copies(of.reports), center, before))


@archive.command("list")
def archive_list(center: Center = "", folder: Folder = None) -> None:
    """List the files of the archive: center, day, last entry, its hash, entries, bytes."""
    from app.archive import list_lines

    for line in list_lines(_place(read_settings(os.environ), folder), center):
        print(line)


def report(center: Center = "", folder: Folder = None) -> None:
    """Copy days of the archive for the report, those that are not copied yet; `goiso archive` does it too."""
    from app.log_commands import prepare
    from app.report.copies import Copies

    settings = read_settings(os.environ)
    _end(prepare(_place(settings, folder), Copies(settings.reports), center))


def _place(settings: Settings, folder: Path | None) -> Path:
    return folder or settings.data / "archive"


def _on_store(work: Callable[..., Awaitable[bool]]) -> None:
    """Work on the store that the settings name; `work` is given it, and the settings."""
    from app.wiring import open_store

    settings = read_settings(os.environ)

    async def run() -> bool:
        async with open_store(settings) as store:
            return await work(store, settings)

    _end(asyncio.run(run()))


def _end(is_well: bool) -> None:
    """End with status 1 when something is not as it should be."""
    if not is_well:
        sys.exit(1)
