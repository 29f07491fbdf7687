"""Who comes near: halls kept current beside the cursor, to tell those before whom few go, each once.

Who is near already when the number is taken is not told: its first notice says when to come. Called by
`app.notices.notices`, whose transaction keeps what this has seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.events import Issued
from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.order import ahead
from app.domain.states import TicketState
from app.notices.steps import Kind, Step
from app.store.entry import Entry
from app.store.journal import Store

KEPT_SECONDS = 2 * 86_400


@dataclass(slots=True)
class _Line:
    """A center's hall in an epoch, and the contact keys of those who were told, or need not be."""

    epoch: str
    hall: Hall
    seen: set[str] = field(default_factory=set)


class Near:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lines: dict[str, _Line] = {}

    async def after(self, center: str, epoch: str, entries: Sequence[Entry]) -> tuple[list[Step], list[str]]:
        """Who has come near with some entries, and the contact keys to `keep` with the cursor."""
        line = self._lines.get(center)
        if line is None or line.epoch != epoch:
            line = await self._load(center)
            if line is None or line.epoch != epoch:
                return [], []  # a day that is over
        old = [entry for entry in entries if entry.version <= line.hall.version]
        steps, seen = _look(line, old, set()) if old else ([], [])
        for entry in entries[len(old) :]:
            line.hall.apply(entry.sets)
            line.hall.version, line.hall.now = entry.version, max(line.hall.now, entry.at)
            more, met = _look(line, [entry], set(seen))
            steps, seen = steps + more, seen + met
        return steps, seen

    async def _load(self, center: str) -> _Line | None:
        loaded = await self._store.load(center)
        if loaded is None:
            return None
        head, facts = loaded
        hall = Hall(facts, head.version, head.at)
        seen: Any = await self._store.redis.smembers(_key(hall))
        line = _Line(head.epoch, hall, {contact.decode() for contact in seen})
        self._lines[center] = line
        return line

    def keep(self, pipe: Any, center: str, contacts: list[str]) -> None:
        """Let a transaction keep who was seen."""
        if contacts:
            key = _key(self._lines[center].hall)
            pipe.sadd(key, *contacts)
            pipe.expire(key, KEPT_SECONDS)

    def kept(self, center: str, contacts: list[str]) -> None:
        """The transaction is through."""
        if line := self._lines.get(center):
            line.seen.update(contacts)


def _look(line: _Line, entries: Sequence[Entry], met: set[str]) -> tuple[list[Step], list[str]]:
    """Who is near after some entries and was not met before: the steps to be told, and the contact keys of all."""
    last, near = entries[-1], line.hall.plan.notices.near
    taken = {event.contact: entry for entry in entries for event in entry.events if isinstance(event, Issued)}
    steps, seen = [], []
    for ticket, count in _who_is_near(line.hall, _queues(entries), line.seen, met):
        if ticket.joined > last.version:
            continue  # the hall was loaded later: its time comes with its entry
        seen.append(ticket.contact)
        issued = taken.get(ticket.contact)
        if issued is None or count + _left(entries, ticket.queue, issued.version) > near:
            steps.append(Step(Kind.NEAR, ticket, sure_at=last.at, ahead=count))
    return steps, seen


def _left(entries: Sequence[Entry], queue: str, since: int) -> int:
    """How many left a queue after an entry."""
    later = [entry for entry in entries if entry.version > since]
    moved = {n: fact for entry in later for n, fact in entry.sets.items() if isinstance(fact, Ticket)}
    return sum(ticket.queue == queue and ticket.state is not TicketState.WAITING for ticket in moved.values())


def _queues(entries: Sequence[Entry]) -> set[str]:
    """The queues in which somebody moved. Whoever left one carries its name still, or has moved to another of the
    same service."""
    moved = [fact for entry in entries for fact in entry.sets.values() if isinstance(fact, Ticket)]
    return {ticket.queue for ticket in moved} | {ticket.service for ticket in moved}


def _who_is_near(hall: Hall, queues: set[str], *seen: set[str]) -> Iterator[tuple[Ticket, int]]:
    near = hall.plan.notices.near
    for name in sorted(queues) if near else ():
        queue = hall.queue(name)
        numbers = [number for _, number in queue.joined] + [number for _, _, number in queue.away]
        for number in numbers:
            ticket = hall.ticket(number)
            if not ticket.contact or any(ticket.contact in some for some in seen):
                continue
            if (count := ahead(hall, ticket)) <= near:
                yield ticket, count


def _key(hall: Hall) -> str:
    return f"goiso:notices:near:{hall.plan.id}:{hall.day.date}"
