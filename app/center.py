"""The one door for commands. `Center.do` decides on the hall kept here and commits to the store.

Commands that wait together share one script call and one fsync: they are decided one after another on the
provisional hall, and nothing is answered before the commit. If another process wrote first, the provisional
changes are taken back, its entries put in place, and the whole batch is decided again. A lost connection means
that nobody knows: the same entries are offered again, and their batch id tells whether they were written.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.domain import day
from app.domain.change import Answer, Change
from app.domain.commands import Command, SetPlan
from app.domain.facts import Facts
from app.domain.hall import Hall
from app.domain.plan import Millis, Plan
from app.domain.refusals import NameTaken, Refusal, StoreAway, UnknownCenter
from app.domain.verbs import decide
from app.position import Position
from app.store.entry import Entry, write_entry
from app.store.journal import LOST, Head, Store, new_epoch

Clock = Callable[[], Millis]
BATCH = 256
PATIENCE_SECONDS = 8.0  # how long a batch waits for the store before its askers are told it is away

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What `do` gives back: the verb's answer, and the position from which it can be seen."""

    answer: Answer
    position: Position


@dataclass(frozen=True, slots=True)
class _Asked:
    command: Command
    future: "asyncio.Future[Done]"


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of an append: whether it stands in the journal, and what others wrote (before or after it)."""

    ours: bool
    epoch: str
    others: tuple[Entry, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A batch before it is written: its entries, the facts they set, and the head they lead to."""

    head: Head
    at: Millis
    batch: str = field(default_factory=lambda: secrets.token_hex(8))
    entries: list[bytes] = field(default_factory=list)
    sets: Facts = field(default_factory=dict)

    def add(self, change: Change, by: str) -> None:
        data, hash_ = write_entry(change, by, self.at, self.batch, self.head.hash)
        epoch = new_epoch(change.new_epoch) if change.new_epoch else self.head.epoch
        self.head = Head(epoch, self.head.version + 1, hash_, self.at)
        self.entries.append(data)
        self.sets |= change.sets


class _Moved(Exception):
    """The store is in another epoch: load the hall again."""


class _Forked(Exception):
    """The store is not on the path of the hall kept here: load it, and say so with a new epoch."""


class Center:
    """One center as this process writes to it. Made by `Centers`, which runs `run`."""

    def __init__(self, center: str, store: Store, clock: Clock, patience: float = PATIENCE_SECONDS) -> None:
        self.id = center
        self._store = store
        self._clock = clock
        self._patience = patience
        self._asked: list[_Asked] = []
        self._wake = asyncio.Event()
        self._closed = False
        self._head = Head()
        self._hall: Hall | None = None

    async def do(self, command: Command) -> Done:
        """Carry a command out; what it answers is on disk. Raises a `Refusal`."""
        if self._closed:
            raise StoreAway()
        asked = _Asked(command, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        self._wake.set()
        return await asked.future

    async def run(self) -> None:
        """Commit what is asked, batch by batch, until cancelled; nobody is left without an answer."""
        batch: list[_Asked] = []
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._asked:
                    batch, self._asked = self._asked[:BATCH], self._asked[BATCH:]
                    await self._settle(batch)
        finally:
            self._closed = True
            self._away([*batch, *self._asked])

    async def _settle(self, batch: list[_Asked]) -> None:
        """Commit a batch and answer it, also when it could not be committed."""
        try:
            async with asyncio.timeout(self._patience):
                outcomes = await self._commit(batch)
        except TimeoutError:
            self._hall = None
            waited, self._asked = self._asked, []  # whoever came meanwhile would only wait as long again
            self._away([*batch, *waited])
        except Refusal as refusal:
            self._hall = None
            self._answer(batch, [refusal] * len(batch))
        except Exception:
            self._hall = None
            log.exception("! %s: a batch of %d could not be committed", self.id, len(batch))
            self._away(batch)
        else:
            self._answer(batch, outcomes)

    def _away(self, batch: list[_Asked]) -> None:
        self._answer(batch, [StoreAway() for _ in batch])

    def _answer(self, batch: list[_Asked], outcomes: "Sequence[Answer | Exception]") -> None:
        for asked, outcome in zip(batch, outcomes, strict=True):
            if asked.future.done():
                continue
            if isinstance(outcome, Answer):
                asked.future.set_result(Done(outcome, self._head.position))
            else:
                asked.future.set_exception(outcome)

    async def _commit(self, batch: list[_Asked]) -> "list[Answer | Exception]":
        while True:
            try:
                hall = self._hall or await self._load()
                now = self._now(hall)
                if day.day_is_over(hall, now):
                    await self._turn_day(hall, now)
                elif (outcomes := await self._attempt(hall, batch, now)) is not None:
                    return outcomes
            except _Moved:
                self._hall = None
            except _Forked:
                log.warning("! %s: the store lost what came after %s", self.id, self._head.position)
                await self._recover()

    async def _load(self) -> Hall:
        """Load the hall; raises _Forked when the store is not on the path of the head known here."""
        while True:
            try:
                loaded = await self._store.load(self.id)
                if loaded is None:
                    raise UnknownCenter(center=self.id)
                head, facts = loaded
                if await self._is_off_path(head):
                    raise _Forked
                self._head, self._hall = head, Hall(facts, head.version, head.at)
                return self._hall
            except LOST:
                await asyncio.sleep(0.05)

    async def _is_off_path(self, head: Head) -> bool:
        known = self._head
        if head == known:
            return False
        if head.epoch != known.epoch:
            return await self._fell_back(known, head)
        after = await self._store.after(self.id, known)
        return not after or after[0].prev != known.hash

    async def _fell_back(self, known: Head, head: Head) -> bool:
        """Whether the store is in an epoch before the known one, of which it has heard nothing. Versions go on
        counting across epochs, so that one which comes after it stands higher, or ends it."""
        return head.version < known.version and not await self._store.after(self.id, Head(known.epoch))

    async def _recover(self) -> None:
        """Begin a new epoch with what the store still has, unless somebody did; until then it is to be done. If it
        is in a day that is over, the next is opened first: its numbers were given."""
        known, self._head = self._head, Head()
        try:
            hall = await self._load()
            if self._head.epoch == known.epoch or await self._fell_back(known, self._head):
                lost = max(known.version - self._head.version, 0)
                while day.day_is_over(hall, now := self._now(hall)):
                    await self._turn_day(hall, now)
                    hall = self._hall or await self._load()
                await self._write_alone(day.recover(hall, lost), now)
        except BaseException:
            self._head, self._hall = known, None
            raise

    def _now(self, hall: Hall) -> Millis:
        return max(self._clock(), hall.now)

    async def _turn_day(self, hall: Hall, now: Millis) -> None:
        """Close the day that is over, if nobody did, then open the next: a step at a time, each seen by all."""
        if day.is_settled(hall):
            await self._write_alone(day.open_day(hall, now), now)
        else:
            await self._write_alone(day.close_day(hall, hall.now, by_midnight=True), hall.now)

    async def _write_alone(self, change: Change, now: Millis) -> None:
        """Write a change of the center's own; whoever is first does it for all. The hall is loaded anew."""
        draft = _Draft(self._head, now)
        draft.add(change, "system")
        await self._write(draft)
        await self._load()

    async def _attempt(self, hall: Hall, batch: list[_Asked], now: Millis) -> "list[Answer | Exception] | None":
        """Decide a batch on the provisional hall and write it; None when another process wrote first."""
        draft = _Draft(self._head, now)
        before: list[tuple[Facts, int, Millis]] = []
        outcomes: list[Answer | Exception] = []
        for asked in batch:
            try:
                change = decide(hall, asked.command, now)
                if change.events:
                    draft.add(change, asked.command.by)
                    before.append((hall.apply(change.sets), hall.version, hall.now))
                    hall.version, hall.now = hall.version + 1, now
                outcomes.append(change.answer)
            except Refusal as refusal:
                outcomes.append(refusal)
            except Exception as fault:  # a fault in a rule is one asker's, not the whole batch's
                log.exception("! %s: %s", self.id, type(asked.command).__name__)
                outcomes.append(fault)
        written = await self._write(draft)
        if not written.ours:
            for facts, hall.version, hall.now in reversed(before):
                hall.apply(facts)
            self._catch_up(hall, written)
            return None
        return outcomes  # what others wrote after it, if the connection was away, is caught up with next time

    async def _write(self, draft: _Draft) -> _Written:
        """Append a draft after the known head. Once it stands in the journal, the known head is its own."""
        written = await self._offer(draft.entries, draft.sets, draft.head, draft.batch)
        if written.ours:
            self._head = draft.head
        return written

    async def _offer(self, entries: list[bytes], sets: Facts, then: Head, batch: str) -> _Written:
        pause = 0.02
        while True:
            try:
                behind = await self._store.append(self.id, self._head, then, entries, sets)
                if behind is None:
                    return _Written(True, then.epoch)
                missed = behind.missed
                if behind.epoch != self._head.epoch and entries and then.epoch == self._head.epoch:
                    missed = tuple(await self._store.after(self.id, self._head))
                ours = bool(entries) and [e.batch for e in missed[: len(entries)]] == [batch] * len(entries)
                ours = ours or (behind.epoch == then.epoch != self._head.epoch)
                others = missed[len(entries) :] if ours else missed
                return _Written(ours, behind.epoch, others)
            except LOST:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.5)

    def _catch_up(self, hall: Hall, written: _Written) -> None:
        """Put the entries of others in place."""
        if written.epoch != self._head.epoch:
            raise _Moved
        if not written.others:
            raise _Forked
        for entry in written.others:
            if entry.prev != self._head.hash:
                raise _Forked
            hall.apply(entry.sets)
            hall.version, hall.now = entry.version, max(hall.now, entry.at)
            self._head = replace(self._head, version=entry.version, hash=entry.hash, at=entry.at)


class Centers:
    """The centers this process writes to, each with its own door, opened when first asked for."""

    def __init__(self, store: Store, clock: Clock, patience: float = PATIENCE_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience
        self._doors: dict[str, tuple[Center, asyncio.Task[None]]] = {}
        self._opening: dict[str, asyncio.Task[Center]] = {}

    async def door(self, center: str) -> Center:
        """The door of a center; raises UnknownCenter, or StoreAway."""
        if opened := self._doors.get(center):
            return opened[0]
        if center not in self._opening:  # whoever comes meanwhile waits for the same answer of the store
            opening = self._opening[center] = asyncio.create_task(self._open(center))
            opening.add_done_callback(lambda _: self._opening.pop(center, None))
        return await asyncio.shield(self._opening[center])

    async def _open(self, center: str) -> Center:
        try:
            async with asyncio.timeout(self._patience):
                head = await self._store.head(center)
        except LOST:
            raise StoreAway() from None
        if not head.epoch:
            raise UnknownCenter(center=center)
        door = Center(center, self._store, self._clock, self._patience)
        self._doors[center] = door, asyncio.create_task(door.run(), name=f"center {center}")
        return door

    async def do(self, center: str, command: Command) -> Done:
        """Carry a command out in a center; see `Center.do`. A plan is kept before it comes into force: every
        edition can be read again."""
        if isinstance(command, SetPlan):
            await self._keep(command.plan)
            if command.onto is not None:
                await self._keep(command.onto)
        return await (await self.door(center)).do(command)

    async def _keep(self, plan: Plan) -> None:
        try:
            await self._store.keep_plan(plan)
        except LOST:
            raise StoreAway() from None

    async def found(self, plan: Plan) -> None:
        """Begin a center that does not exist yet; raises NameTaken if it does, or StoreAway."""
        now = self._clock()
        change = day.found(plan, now)
        data, hash_ = write_entry(change, "system", now, secrets.token_hex(8), "")
        then = Head(new_epoch(change.new_epoch), 1, hash_, now)
        await self._keep(plan)
        try:
            behind = await self._store.append(plan.id, Head(), then, [data], change.sets)
        except LOST:
            raise StoreAway() from None
        if behind is not None:
            raise NameTaken()

    async def close(self) -> None:
        """Stop every door; what is being committed is answered as unknown."""
        tasks = [*self._opening.values(), *(task for _, task in self._doors.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
