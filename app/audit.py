"""`goiso audit`: proves that a journal is as it was written, or names the first entry that is not.

What is proved, for the store or for archive files: every entry is the one after which the next was written, also
from epoch to epoch and day to day; no version is missing; the head is the last entry; the facts of the halls are
those that the entries leave. Whoever may write to the Redis could write all of it anew, consistently: against that
helps a head published outside (`goiso audit head`), which must be the hash of one of the entries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from app.domain.plan import Plan
from app.store.archived import Archived, NotAnArchive, Span
from app.store.chain import Chain, Link, Row, Told
from app.store.days import Days, Epoch, Kept, day_of_epoch
from app.store.journal import Store

SHOWN = 20  # faults told of one journal; the first is what matters


class NothingKept(Exception):
    """There is no such journal to look at, in one sentence."""


@dataclass(slots=True)
class Audit:
    """What was looked at, from the entry after `before` to `last`, and what there is to say of it. `met` are the
    published heads that were found."""

    what: str
    chain: Chain
    before: Link
    last: Link = field(default_factory=Link)
    spans: list[Span] = field(default_factory=list)

    @property
    def told(self) -> Told:
        return self.chain.told

    @property
    def met(self) -> set[str]:
        return self.chain.met

    def lines(self) -> list[str]:
        """What there is to say, a line each; the last is the verdict."""
        faults = self.told.faults
        lines = [*faults[:SHOWN], *self.told.notes]
        if len(faults) > SHOWN:
            lines.insert(SHOWN, f"and {len(faults) - SHOWN} more")
        count = self.last.version - self.before.version
        days = sorted({day_of_epoch(span.name) for span in self.spans})
        verdict = "NOT as they were written" if faults else "as they were written"
        when = f"of {' to '.join(dict.fromkeys((days[0], days[-1])))}, " if days else ""
        lines.append(f"{count} entries {when}to {self.last.name} {self.last.hash}: {verdict}")
        return [f"{self.what}: {line}" for line in lines]


def begin(what: str, before: Link, published: Iterable[str]) -> Audit:
    return Audit(what, Chain(before, Told(), tuple(published)), before)


async def audit_store(
    days: Days, kept: Kept, day: str = "", epoch: str = "", published: Iterable[str] = ()
) -> Audit:
    """Look at what the store has of a center, or at one day or epoch of it; raises NothingKept."""
    wanted = [one for one in kept.epochs if day in ("", one.day) and epoch in ("", one.name)]
    if not wanted:
        raise NothingKept(f"{kept.center}: the store has no journal of {epoch or day or 'this center'}")
    at = kept.epochs.index(wanted[0])
    audit = begin(kept.center, await days.last(kept.epochs[at - 1]) if at else kept.before, published)
    for number, one in enumerate(wanted, at + 1):
        await _epoch(days, kept, one, kept.epochs[number] if number < len(kept.epochs) else None, audit)
    audit.last = audit.chain.last
    if wanted[-1].name == kept.head.epoch:
        audit.chain.end(Link(kept.head.version, kept.head.hash, str(kept.head.position)))
        return audit
    after = kept.epochs[at + len(wanted) :]
    if kept.head.epoch not in [one.name for one in after]:
        audit.told.entries.append(f"the journal of the running epoch {kept.head.epoch} is missing")
    if after and (row := await days.first(after[0])):
        audit.chain.take(row)  # the day's last entry is the one after which the next day was written
    audit.chain.end(None)
    return audit


async def _epoch(days: Days, kept: Kept, epoch: Epoch, follower: Epoch | None, audit: Audit) -> None:
    """Look at one epoch's journal and hall; of the running one, at what was there when the head was read."""
    runs = epoch.name == kept.head.epoch
    told, follows = audit.told, ""
    audit.chain.begin_epoch()
    first = audit.chain.last.version + 1
    async for row in days.rows(epoch):
        if runs and row.version > kept.head.version:
            break
        if row.entry:
            audit.chain.take(row)
        elif row.next:
            follows = row.next
        else:
            told.entries.append(f"row {row.name} was put there: the store writes none like it")
    last = audit.chain.last
    audit.spans.append(Span(epoch.name, first, last.version, last.hash))
    hall = kept.hall if runs else await days.hall(epoch)
    if hall or runs:
        audit.chain.compare(epoch.name, hall)
    if runs:
        return
    if not follows:
        told.entries.append(f"epoch {epoch.name} does not say which one follows it")
    elif follower is None or follower.name != follows:
        told.entries.append(f"the journal of epoch {follows}, which follows {epoch.name}, is missing")


def audit_file(archived: Archived, published: Iterable[str] = ()) -> Audit:
    """Look at one file of the archive."""
    header = archived.header
    audit = begin(f"{header.center} {header.day}", header.before, published)
    chain = audit.chain
    try:
        for row in archived.rows():
            _take(audit, row)
    except NotAnArchive as fault:
        audit.told.entries.append(str(fault))
    audit.last = chain.last
    chain.end(header.last)
    if audit.spans != header.epochs or {day_of_epoch(span.name) for span in audit.spans} != {header.day}:
        audit.told.entries.append("the first line of the file does not name its epochs as they are")
    return audit


def _take(audit: Audit, row: Row) -> None:
    """Put an entry of a file in its epoch."""
    spans, chain = audit.spans, audit.chain
    if not spans or spans[-1].name != row.epoch:
        chain.begin_epoch()
        spans.append(Span(row.epoch, row.version, row.version, ""))
    chain.take(row)
    spans[-1] = Span(row.epoch, spans[-1].first, chain.last.version, chain.last.hash)


def audit_files(paths: Sequence[Path], center: str = "", published: Iterable[str] = ()) -> list[Audit]:
    """Look at files, and whether each begins where the one before it ends; raises NotAnArchive."""
    files = [archived for path in paths if center in ("", (archived := Archived.open(path)).header.center)]
    files.sort(key=lambda archived: (archived.header.center, archived.header.before.version))
    published = tuple(published)
    audits: list[Audit] = []
    for _, group in groupby(files, key=lambda archived: archived.header.center):
        before: Audit | None = None
        for archived in group:
            audit = audit_file(archived, published)
            if before is not None:
                _join(before, audit)
            before = audit
            audits.append(audit)
    return audits


def _join(one: Audit, other: Audit) -> None:
    """Say where a file does not begin at the end of the one before it."""
    ends, begins = one.last, other.before
    if begins.version > ends.version:
        fault = f"entries {ends.version + 1} to {begins.version} are in none of the files"
    elif begins.version < ends.version:
        fault = f"it begins after {begins.name}, but the file before it goes on to {ends.name}"
    elif begins.hash != ends.hash:
        fault = f"it was written after another {begins.name} than the file before it ends with"
    else:
        return
    other.told.entries.insert(0, fault)


def not_met(audits: Iterable[Audit], published: Iterable[str]) -> list[str]:
    """What to say of the published heads that no entry has."""
    met = {head for audit in audits for head in audit.met}
    return [
        f"no entry looked at has the published head {head}: the journal was written anew, or this is another"
        for head in published
        if head not in met
    ]


async def head_line(store: Store, center: str) -> str:
    """A center's head, to be published outside: position, hash, and its time on the center's clock."""
    head = await store.head(center)
    if not head.epoch:
        raise NothingKept(f"{center}: there is no such center")
    plan = await store.fact(center, head.epoch, "plan")
    at = plan.local(head.at) if isinstance(plan, Plan) else datetime.fromtimestamp(head.at / 1000, UTC)
    return f"{center} {head.position} {head.hash} {at.isoformat(timespec='seconds')}"
