"""The picture's side of the ring: follows every center's journal and keeps the hall that screens are shown.

One per process. Whoever wants to hear of changes gives a listener: it is called with the center, the names of
the facts that changed (None: everything, a new epoch), the entries, and the hall after them. Nothing here runs
a rule, and nothing here writes.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.hall import Hall
from app.domain.refusals import UnknownCenter
from app.position import Position
from app.store.entry import Entry, UnreadableEntry
from app.store.journal import LOST, Head, Store

WAIT_MS = 1000  # how long one read waits; then new centers and new epochs are looked for
HUNG_SECONDS = 5.0  # a store that takes longer is away, though its connection looks alive
REACH_SECONDS = 2.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Shown:
    """A center as this process shows it."""

    head: Head
    hall: Hall


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener is told. `names` is None when the whole hall is new."""

    center: str
    shown: Shown
    names: frozenset[str] | None
    entries: Sequence[Entry] = field(default=())


class Feed:
    """Halls kept current by the journal."""

    def __init__(self, store: Store, patience: float = HUNG_SECONDS) -> None:
        self._store = store
        self._patience = patience
        self._shown: dict[str, Shown] = {}
        self._listeners: list[Callable[[Heard], None]] = []
        self._unreadable: set[str] = set()  # centers whose journal this program cannot follow
        self._waiting: dict[str, dict[asyncio.Future[None], int]] = {}  # center -> who waits for which version
        self.behind_since: float | None = None  # loop time since when the store does not answer

    def listen(self, listener: Callable[[Heard], None]) -> None:
        self._listeners.append(listener)

    def centers(self) -> list[str]:
        return sorted(self._shown)

    def shown(self, center: str) -> Shown:
        """The center as it is shown now; raises UnknownCenter."""
        if shown := self._shown.get(center):
            return shown
        raise UnknownCenter(center=center)

    def hall(self, center: str) -> Hall:
        return self.shown(center).hall

    async def reach(self, center: str, position: Position) -> None:
        """Wait until the picture has reached a position, at most `REACH_SECONDS`. A new epoch goes on counting,
        so a picture in the epoch before a position has not reached it."""
        shown = self._shown.get(center)
        if shown is not None and shown.head.version >= position.version:
            return
        waiting = self._waiting.setdefault(center, {})
        reached = asyncio.get_running_loop().create_future()
        waiting[reached] = position.version
        try:
            async with asyncio.timeout(REACH_SECONDS):
                await reached
        except TimeoutError:
            log.warning("! %s: the picture did not reach %s in time", center, position)
        finally:
            waiting.pop(reached, None)

    async def start(self) -> None:
        """Load every center; returns when the store has answered."""
        await self._look_for_centers()

    async def run(self) -> None:
        """Follow until cancelled; a store that is away is waited for, a center that cannot be read is left out."""
        while True:
            try:
                async with asyncio.timeout(2 * WAIT_MS / 1000 + self._patience):
                    await self._follow()
                self.behind_since = None
            except LOST as fault:
                if self.behind_since is None:
                    log.warning("! the store does not answer: %s", fault)
                await self._wait_for_store(0.1)
            except UnreadableEntry as fault:
                self._leave_out(fault)
            except Exception:
                log.exception("! the journals could not be followed")
                await self._wait_for_store(1)

    def _leave_out(self, fault: UnreadableEntry) -> None:
        log.error("! %s is not shown any more: %s", fault.center, fault)
        self._unreadable.add(fault.center)

    async def _wait_for_store(self, seconds: float) -> None:
        if self.behind_since is None:
            self.behind_since = asyncio.get_running_loop().time()
        await asyncio.sleep(seconds)

    async def _follow(self) -> None:
        await self._look_for_centers()
        loop = asyncio.get_running_loop()
        look_again = loop.time() + WAIT_MS / 1000
        while loop.time() < look_again:
            heads = {center: s.head for center, s in self._shown.items() if center not in self._unreadable}
            if not heads:
                await asyncio.sleep(0.2)
                return
            came, ended = await self._store.follow(heads, WAIT_MS)
            for center, entries in came.items():
                if entries:
                    await self._apply(center, entries)
            for center in ended:
                await self._load(center)

    async def _look_for_centers(self) -> None:
        """Load centers that are new, and those whose head is not where the journal read so far leads."""
        for center in await self._store.centers():
            if center in self._unreadable:
                continue
            head = await self._store.head(center)
            shown = self._shown.get(center)
            if head.epoch and (shown is None or _off_path(shown.head, head)):
                try:
                    await self._load(center)
                except UnreadableEntry as fault:
                    self._leave_out(fault)

    async def _apply(self, center: str, entries: list[Entry]) -> None:
        shown = self._shown[center]
        names: set[str] = set()
        for entry in entries:
            if entry.prev != shown.head.hash:
                await self._load(center)
                return
            shown.hall.apply(entry.sets)
            shown.hall.version, shown.hall.now = entry.version, max(shown.hall.now, entry.at)
            shown.head = replace(shown.head, version=entry.version, hash=entry.hash, at=entry.at)
            names |= entry.sets.keys()
        self._tell(Heard(center, shown, frozenset(names), entries))

    async def _load(self, center: str) -> None:
        if loaded := await self._store.load(center):
            head, facts = loaded
            self._shown[center] = Shown(head, Hall(facts, head.version, head.at))
            self._tell(Heard(center, self._shown[center], None))

    def _tell(self, heard: Heard) -> None:
        for listener in self._listeners:
            try:
                listener(heard)
            except Exception:
                log.exception("! %s: a listener failed at %s", heard.center, heard.shown.head.position)
        waiting, version = self._waiting.get(heard.center, {}), heard.shown.head.version
        for reached in [one for one, wanted in waiting.items() if wanted <= version and not one.done()]:
            reached.set_result(None)


def _off_path(shown: Head, head: Head) -> bool:
    return (
        shown.epoch != head.epoch
        or head.version < shown.version
        or (head.version == shown.version and head.hash != shown.hash)
    )
