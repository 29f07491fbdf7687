"""The hash chain of a journal as an auditor sees it: bytes and links, whatever the facts in them mean.

Fed entry by entry, oldest first, by `app.audit`, from a store or from an archive; keeps one entry's hash and the
hashes of the hall's facts, not the day. It reads entries of every schema.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.store.entry import hash_of


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a version of an epoch's journal: an entry's exact bytes, or the name of the next epoch.
    A row that the store's script never writes has neither."""

    epoch: str
    version: int
    entry: bytes = b""
    next: str = ""

    @property
    def name(self) -> str:
        return f"{self.epoch}.{self.version}"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the one after it knows it: its version and hash. Version 0 stands before a center's first."""

    version: int = 0
    hash: str = ""
    name: str = "the beginning"

    @classmethod
    def of(cls, row: Row) -> "Link":
        return cls(row.version, hash_of(row.entry), row.name)


class _Entry(msgspec.Struct, frozen=True):
    """As much of an entry as the chain needs."""

    schema: int
    prev: str
    events: list[tuple[str, dict[str, Any]]]
    set: dict[str, msgspec.Raw]


_entry = msgspec.json.Decoder(_Entry).decode


@dataclass(slots=True)
class Told:
    """What there is to say: what is wrong with `entries`, the first one first, and with `halls`; and `notes`."""

    entries: list[str] = field(default_factory=list)
    halls: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All that is not as it was written."""
        return self.entries + self.halls


class Chain:
    """Whether each entry is the one after which the next was written, with no version missing.

    Where a hash does not fit, either entry may have been altered: the earlier one if the later one's own hash
    fits what follows, else the later one. So a fault is told when the entry after it has been seen.
    """

    def __init__(self, before: Link, told: Told, published: Sequence[str] = ()) -> None:
        """Begin after an entry; `published` are (beginnings of) hashes to look for."""
        self.last = before
        self.told = told
        self.facts: dict[str, tuple[str, bytes]] = {}  # name -> the entry that set it, the hash of its bytes
        self.schemas: set[int] = set()
        self.met: set[str] = set()  # which of the published hashes were found
        self._published = published
        self._meet(before.hash)
        self._doubt: Link | None = None  # the entry before `last`, if the two do not fit
        self._blamed = False  # `last` is known to be altered: what follows it cannot fit

    def begin_epoch(self) -> None:
        """The next entry sets every fact of a new hall."""
        self.facts = {}

    def take(self, row: Row) -> None:
        """The next row that holds an entry."""
        hash_ = hash_of(row.entry)
        self._meet(hash_)
        try:
            entry = _entry(row.entry)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            self._link(row, hash_, None)
            return
        if self._link(row, hash_, entry.prev):
            self._replay(row, entry)

    def _meet(self, hash_: str) -> None:
        self.met.update(head for head in self._published if hash_.startswith(head))

    def _link(self, row: Row, hash_: str, prev: str | None) -> bool:
        wanted = self.last.version + 1
        if row.version < wanted:
            self.told.entries.append(f"entry {row.name} stands after {self.last.name}: it was put there")
            return False
        if row.version > wanted:
            self._settle(None)
            self._missing(wanted, row.version - 1)
        else:
            self._fit(prev == self.last.hash)
        self.last = Link(row.version, hash_, row.name)
        self._blamed = prev is None
        if prev is None:
            self._doubt = None
            self.told.entries.append(f"entry {row.name} was altered: it cannot be read")
        return prev is not None

    def _missing(self, first: int, last: int) -> None:
        which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        self.told.entries.append(f"{which} missing after {self.last.name}")

    def _fit(self, fits: bool) -> None:
        """Whether the last entry is the one that its follower was written after."""
        was_settled = self._settle(fits)
        if not (fits or was_settled or self._blamed):
            self._doubt = self.last

    def _settle(self, fits: bool | None) -> bool:
        """Say which of two entries that do not fit was altered, once the later one's own hash is known to fit
        what follows, or not to, or never (None)."""
        doubt, self._doubt = self._doubt, None
        if doubt is None:
            return False
        if fits:
            self.told.entries.append(f"entry {doubt.name} was altered: {self.last.name} was written after another")
        elif fits is None:
            self.told.entries.append(f"entry {doubt.name} or {self.last.name} was altered: they do not fit")
        else:
            self.told.entries.append(
                f"entry {self.last.name} was altered: it fits neither {doubt.name} nor what follows"
            )
        return True

    def end(self, head: Link | None) -> None:
        """The journal ends here: where `head` says that it does, if anything does."""
        if head is None or head.version != self.last.version:
            self._settle(None)
        if head is None:
            return
        if head.version > self.last.version:
            self._missing(self.last.version + 1, head.version)
        elif head.version < self.last.version:
            self.told.entries.append(f"the head is {head.name}, but entries go on to {self.last.name}")
        else:
            self._fit(head.hash == self.last.hash)
            if self._doubt:
                self._doubt = None
                self.told.entries.append(f"entry {self.last.name} was altered: the head holds another hash")

    def _replay(self, row: Row, entry: _Entry) -> None:
        self.schemas.add(entry.schema)
        for kind, fields in entry.events:
            if kind == "Recovered":
                self.told.notes.append(
                    f"{row.name}: the store came back without what was written after {fields.get('version')}"
                )
        for name, raw in entry.set.items():
            data = bytes(raw)
            if data == b"null":
                self.facts.pop(name, None)
            else:
                self.facts[name] = row.name, _digest(data)

    def compare(self, epoch: str, hall: Mapping[str, bytes]) -> None:
        """Say where the facts of an epoch's hall are not those that its entries leave."""
        self.told.halls.extend(f"hall {epoch}: {fault}" for fault in self._differences(hall))

    def _differences(self, hall: Mapping[str, bytes]) -> Iterator[str]:
        for name, (by, digest) in self.facts.items():
            if name not in hall:
                yield f"{name} is missing; entry {by} set it"
            elif _digest(hall[name]) != digest:
                yield f"{name} is not what entry {by} set"
        for name in sorted(hall.keys() - self.facts.keys()):
            yield f"{name} was put there; no entry set it"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
