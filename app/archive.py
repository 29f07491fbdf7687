"""`goiso archive`: writes each finished day of a center to a file, proves the copy, and only then lets the day go.

Killed at any moment it loses nothing, and run again it finishes: a file takes its place whole or not at all, the
store lets a day go in one step and only if it is what was copied. The running day is never touched, nor is a day
that the notices have yet to read.
"""

import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from app.audit import Audit, audit_file, audit_store
from app.position import Position
from app.store.archived import (
    FORMAT,
    Archived,
    Header,
    NotAnArchive,
    draft_of,
    listed,
    path_of,
    sync_folder,
    take_place,
    write,
)
from app.store.chain import Row
from app.store.days import Days, Epoch, Kept, day_of_epoch

CURSOR = "goiso:notices:cursor:"  # how far the notices have read a center; kept by app.notices


class NotArchived(Exception):
    """A day stays in the store, and why, in one sentence; the center's later days stay as well."""


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a day, in one sentence."""

    sentence: str
    is_fault: bool = False


async def archive(days: Days, folder: Path, center: str, before: str = "") -> AsyncIterator[Said]:
    """Archive the finished days of a center, oldest first: those before a day (ISO date), or all. What was done
    or could not be is told as it happens."""
    kept = await days.kept(center)
    running = day_of_epoch(kept.head.epoch)
    for day, group in groupby(kept.epochs, key=lambda epoch: epoch.day):
        if day >= min(before or running, running):
            return
        epochs = list(group)
        try:
            copied = await _copy(days, folder, kept, day)
            if waiting := await _reader_in(days, kept, epochs):
                yield Said(f"{center} {day}: {copied}; stays in the store until the notices have left {waiting}")
                return
            if not await days.trim(center, epochs, kept_last := copied.audit.last):
                raise NotArchived("the store's journal changed since it was copied: it stays in the store")
        except (NotArchived, NotAnArchive, OSError) as fault:
            yield Said(f"{center} {day}: {fault}", is_fault=True)
            return
        yield Said(f"{center} {day}: {copied}; no longer in the store, and its key is deleted")
        kept = replace(kept, before=kept_last, epochs=kept.epochs[len(epochs) :])


@dataclass(frozen=True, slots=True)
class _Copied:
    path: Path
    audit: Audit

    def __str__(self) -> str:
        return f"{self.audit.last.version - self.audit.before.version} entries in {self.path}"


async def _copy(days: Days, folder: Path, kept: Kept, day: str) -> _Copied:
    """A day's file, in its place and proved; written if it is not there yet."""
    audit = await audit_store(days, kept, day)
    if audit.told.faults:
        raise NotArchived(f"not archived, for it is not as it was written: goiso audit verify --day {day}")
    path = path_of(folder, kept.center, day)
    header = Header(
        "day", FORMAT, kept.center, day, audit.before, audit.last, audit.spans, sorted(audit.chain.schemas)
    )
    if path.exists():
        _prove(path, header)
        sync_folder(path.parent)  # whoever gave it its name may have been killed before that was on the disk
    else:
        await write(path, header, _entries(days, kept, day))
        _prove(draft_of(path), header)
        take_place(path)
    return _Copied(path, audit)


def _prove(path: Path, header: Header) -> None:
    """Read a file back; raises NotArchived unless it is the day that `header` describes."""
    archived = Archived.open(path)
    if archived.header != header:
        ends = archived.header.last.name
        raise NotArchived(f"{path} holds another such day, which ends with {ends}: keep it, and look at both")
    if audit_file(archived).told.faults:
        raise NotArchived(f"{path} is damaged (goiso audit verify {path}): take it away, and archive again")


async def _entries(days: Days, kept: Kept, day: str) -> AsyncIterator[Row]:
    for epoch in kept.epochs:
        if epoch.day == day:
            async for row in days.rows(epoch):
                if row.entry:
                    yield row


async def _reader_in(days: Days, kept: Kept, epochs: Sequence[Epoch]) -> str:
    """The epoch in which the notices still read, if it is one of these; "" when they are further, or never ran."""
    cursor: Any = await days.store.redis.get(f"{CURSOR}{kept.center}")
    position = Position.parse(cursor.decode()) if cursor else None
    return position.epoch if position and position.epoch in [epoch.name for epoch in epochs] else ""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the archive's folder; raises NotArchived when another process does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotArchived(f"another goiso archive is at work in {folder}") from None
        yield


def list_lines(folder: Path, center: str = "") -> Iterator[str]:
    """A line for each file: center, day, its last entry and hash, how many entries, bytes."""
    for path in listed(folder, center):
        try:
            header = Archived.open(path).header
            what = f"{header.count} entries, {os.stat(path).st_size} bytes"
            yield f"{header.center} {header.day} {header.last.name} {header.last.hash} {what}"
        except NotAnArchive as fault:
            yield str(fault)
