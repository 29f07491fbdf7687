"""What `goiso audit` and `goiso archive` do and print, for `app.cli_log`: a line a finding, in plain sentences.

Each returns whether all is as it should be; what an operator has asked wrongly raises BadSettings.
"""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from app.accounts.citizens import Citizens
from app.accounts.day_keys import forget as forget_day
from app.accounts.tries import Tries
from app.archive import NotArchived, alone, archive
from app.audit import Audit, NothingKept, audit_files, audit_store, head_line, not_met
from app.report.copies import Copies
from app.settings import BadSettings
from app.store.archived import Archived, NotAnArchive, listed, path_of
from app.store.chain import Row
from app.store.days import Days, day_of_epoch
from app.store.journal import Store

SHORTEST_HEAD = 16


def verify_files(files: Sequence[Path], center: str, published: Sequence[str]) -> bool:
    """Prove files of the archive."""
    _check_heads(published)
    with _told():
        return _verdict(audit_files(files, center, published), published)


async def verify_store(store: Store, center: str, day: str, epoch: str, published: Sequence[str]) -> bool:
    """Prove what the store has."""
    _check_heads(published)
    _check_day(day)
    days, audits = Days(store), []
    with _told():
        for one in await _centers(store, center):
            audits.append(await audit_store(days, await days.kept(one), day, epoch, published))
    return _verdict(audits, published)


def _verdict(audits: Sequence[Audit], published: Sequence[str]) -> bool:
    unmet = not_met(audits, published)
    _print([line for audit in audits for line in audit.lines()] + unmet)
    return not unmet and not any(audit.told.faults for audit in audits)


async def heads(store: Store, center: str) -> bool:
    """Print the head of each center."""
    with _told():
        _print([await head_line(store, one) for one in await _centers(store, center)])
    return True


async def put_away(store: Store, folder: Path, copies: Copies, center: str, before: str) -> bool:
    """Archive finished days and copy them for the report; tell what was done as it is done."""
    _check_day(before)
    is_well = True
    with _told(), alone(folder):
        for one in await _centers(store, center):
            async for said in archive(Days(store), folder, one, before):
                print(said.sentence, flush=True)
                is_well = is_well and not said.is_fault
            try:
                copies.prepare(folder, one)
            except NotAnArchive as fault:
                print(f"{one}: not copied for the report: {fault}", flush=True)
                is_well = False
    return is_well


def prepare(folder: Path, copies: Copies, center: str) -> bool:
    """Copy the archive's days for the report, those that are not copied yet."""
    with _told():
        for one in sorted({path.parent.name for path in listed(folder, center)}):
            made = copies.prepare(folder, one)
            print(f"{one}: {len(made)} days copied for the report", flush=True)
    return True


async def forget(store: Store, folder: Path, center: str, day: str) -> bool:
    """Delete a day's key and the contacts of its tickets."""
    _check_day(day)
    await _centers(store, center)
    if day >= day_of_epoch((await store.head(center)).epoch):
        raise BadSettings([f"{center} {day}: the day is not over; its key is needed until it is"])
    citizens = Citizens(store.redis, Tries(store.redis))
    with _told():
        contacts = _contacts(_rows(Days(store), path_of(folder, center, day), center, day))
        count = await forget_day(store.redis, citizens, center, day, contacts)
    print(f"{center} {day}: the key is deleted, and {count} contacts with it")
    return True


async def _rows(days: Days, file: Path, center: str, day: str) -> AsyncIterator[Row]:
    """The entries of a day, from the store or its file."""
    epochs = [epoch for epoch in (await days.kept(center)).epochs if epoch.day == day]
    for epoch in epochs:
        async for row in days.rows(epoch):
            yield row
    if epochs:
        return
    for row in Archived.open(file).rows():
        yield row


class _Set(msgspec.Struct):
    set: dict[str, msgspec.Raw]


class _Ticket(msgspec.Struct):
    contact: str = ""


async def _contacts(rows: AsyncIterator[Row]) -> AsyncIterator[str]:
    """The contact keys of the tickets in these entries, each once."""
    told: set[str] = set()
    async for row in rows:
        for name, fact in msgspec.json.decode(row.entry, type=_Set).set.items() if row.entry else ():
            ticket = msgspec.json.decode(fact, type=_Ticket | None) if name.startswith("ticket/") else None
            if ticket and ticket.contact and ticket.contact not in told:
                told.add(ticket.contact)
                yield ticket.contact


async def _centers(store: Store, center: str) -> list[str]:
    """The centers asked for; raises BadSettings for one that does not exist."""
    known = await store.centers()
    if center and center not in known:
        raise BadSettings([f"there is no center '{center}'; known are {', '.join(known) or 'none'}"])
    return [center] if center else known


def _check_day(day: str) -> None:
    try:
        if day and date.fromisoformat(day).isoformat() != day:
            raise ValueError
    except ValueError:
        raise BadSettings([f"'{day}' is not a day such as 2020-04-03"]) from None


def _check_heads(published: Sequence[str]) -> None:
    if short := [head for head in published if len(head) < SHORTEST_HEAD]:
        sentence = f"'{short[0]}' is too short for a head: give the hash, or its first {SHORTEST_HEAD} characters"
        raise BadSettings([sentence])


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What cannot be done is said in its sentence."""
    try:
        yield
    except (NothingKept, NotAnArchive, NotArchived, OSError) as fault:
        raise BadSettings([str(fault)]) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
