"""The journal entry and how facts and events are written: JSON, with a schema number and a hash chain.

    {"schema": 2, "at": ms, "by": who, "batch": id, "prev": hash of the entry before,
     "events": [[kind, {...}], ...], "set": {name: fact or null, ...}}

An entry's hash is the SHA-256 of its bytes, and its bytes hold the hash of the entry before it.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from app.domain import events
from app.domain.change import Change
from app.domain.events import Event
from app.domain.facts import KINDS, Fact, Facts
from app.domain.plan import Millis

SCHEMA = 2

_FACTS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(type_) for kind, type_ in KINDS.items()}
_encode = msgspec.json.Encoder().encode


class _Written(msgspec.Struct, frozen=True):
    """An entry as it stands in the journal."""

    schema: int
    at: Millis
    by: str
    batch: str
    prev: str
    events: list[tuple[str, dict[str, Any]]]
    set: dict[str, msgspec.Raw]


_ENTRY = msgspec.json.Decoder(_Written)


class UnreadableEntry(Exception):
    """An entry or a fact of another schema, or none at all: this program must not go on with that center."""

    center = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry read back: its version, its content, the hash of its bytes."""

    version: int
    at: Millis
    by: str
    batch: str
    prev: str
    hash: str
    events: tuple[Event, ...]
    sets: Facts


def write_fact(fact: Fact) -> bytes:
    return _encode(fact)


def read_fact(name: str, data: bytes | msgspec.Raw) -> Fact:
    """The fact kept under `name`; raises UnreadableEntry."""
    try:
        return _fact(name, data)
    except (msgspec.MsgspecError, KeyError) as fault:
        raise UnreadableEntry(f"fact {name} cannot be read: {fault}") from fault


def _fact(name: str, data: bytes | msgspec.Raw) -> Fact:
    fact: Fact = _FACTS[name.partition("/")[0]].decode(data)
    return fact


def write_entry(change: Change, by: str, at: Millis, batch: str, prev: str) -> tuple[bytes, str]:
    """The bytes of a change's entry, and their hash."""
    sets = {name: msgspec.Raw(b"null" if fact is None else write_fact(fact)) for name, fact in change.sets.items()}
    told = [(type(event).__name__, msgspec.to_builtins(event)) for event in change.events]
    data = _encode(_Written(SCHEMA, at, by, batch, prev, told, sets))
    return data, hash_of(data)


def read_entry(version: int, data: bytes) -> Entry:
    """The entry in `data`; raises UnreadableEntry."""
    try:
        written = _ENTRY.decode(data)
        if written.schema != SCHEMA:
            raise UnreadableEntry(f"entry {version} has schema {written.schema}, this program reads {SCHEMA}")
        sets: Facts = {
            name: None if bytes(raw) == b"null" else _fact(name, raw) for name, raw in written.set.items()
        }
        happened = tuple(msgspec.convert(fields, getattr(events, kind)) for kind, fields in written.events)
    except (msgspec.MsgspecError, KeyError, AttributeError) as fault:
        raise UnreadableEntry(f"entry {version} cannot be read: {fault}") from fault
    return Entry(version, written.at, written.by, written.batch, written.prev, hash_of(data), happened, sets)


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
