"""Which devices and panels are there, how they are, what they are asked to do, and what they have carried out.

None of it is a matter of the hall: it is kept in Redis beside it, short-lived, and any web process may read it. A
device tells how it is whenever it asks the time; what it is asked comes with the answer.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

SECONDS = 15  # devices speak every 5 s; after three silences they are away
KEPT_SECONDS = 90 * 86_400  # how a device was when it was seen last
ORDER_SECONDS = 60  # what a device has not fetched by then is asked no more
TOLD_SECONDS = 86_400


class Said(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a device says of itself: the version of its program, the size of its picture, by how many ms its clock
    is ahead, what its sound is (`on`, `refused`, `broken`, `none`), what became of the last tone it was asked for
    (`<id>:<how>`), how it does with pictures and films (`on`, `none`, `room`, `still`, `failed`), how the
    printer beside it is (a state of `hardware.escpos`, `browser` for the browser's own); of a line of
    boards or keypads whether it is `open` or `away`, how many `of` all answer, the addresses of those that are
    silent, and of those that answer but cannot show."""

    version: str = ""
    size: str = ""
    offset: int = 0
    sound: str = ""
    tone: str = ""
    media: str = ""
    printer: str = ""
    line: str = ""
    answering: int = 0
    of: int = 0
    silent: list[int] = []
    faulty: list[int] = []

    def is_short(self) -> bool:
        """Whether it can be kept; a device says little."""
        texts = (self.version, self.size, self.sound, self.tone, self.media, self.printer, self.line)
        return max(map(len, texts)) <= 40 and len(self.silent) + len(self.faulty) <= 198


class Seen(msgspec.Struct):
    """How a device was when it was seen last: when (ms since 1970), from which address, what it said."""

    at: int = 0
    address: str = ""
    said: Said = msgspec.field(default_factory=Said)


class Order(msgspec.Struct):
    """What a device is asked to do: `reload`, `tone` or `test`."""

    id: str
    what: str


class Heard(msgspec.Struct):
    """Somebody stood in the room and heard the tone, or did not."""

    at: int
    by: str
    heard: bool


class Presence:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def seen(self, device: str, at: int = 0, address: str = "", said: Said | None = None) -> Order | None:
        """Note that a device is there, and how it is if it says so; what it is asked, once."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.set(_mark(device), 1, ex=SECONDS)
        pipe.getdel(_order(device))
        if at:
            seen = Seen(at, address, said or Said())
            pipe.set(_state(device), msgspec.json.encode(seen), ex=KEPT_SECONDS)
        _, order, *_ = await pipe.execute()
        return msgspec.json.decode(order, type=Order) if order else None

    async def gone(self, device: str) -> None:
        await self._redis.delete(_mark(device))

    async def present(self, devices: list[str]) -> set[str]:
        """Those of `devices` that are there."""
        if not devices:
            return set()
        marks: Any = await self._redis.mget([_mark(device) for device in devices])
        return {device for device, mark in zip(devices, marks, strict=True) if mark}

    async def sits(self, seat: str) -> None:
        """Note that a clerk's panel is open."""
        await self._redis.set(_seat(seat), 1, ex=SECONDS)

    async def is_open(self, seat: str) -> bool:
        """Whether a clerk's panel is open somewhere, as far as it has said so."""
        return seat != "" and await self._redis.exists(_seat(seat)) > 0

    async def states(self, devices: Sequence[str]) -> dict[str, Seen]:
        """How each of `devices` was when it was seen last; those never seen are left out."""
        return await self._read(devices, _state, Seen)

    async def order(self, device: str, what: str) -> None:
        """Ask a device to do something; a later order takes an earlier one's place."""
        order = Order(secrets.token_hex(4), what)
        await self._redis.set(_order(device), msgspec.json.encode(order), ex=ORDER_SECONDS)

    async def note_heard(self, device: str, at: int, by: str, heard: bool) -> None:
        """Keep what somebody in the room says of the tone."""
        note = msgspec.json.encode(Heard(at, by, heard))
        await self._redis.set(f"goiso:heard:{device}", note, ex=KEPT_SECONDS)

    async def heard(self, devices: Sequence[str]) -> dict[str, Heard]:
        return await self._read(devices, lambda device: f"goiso:heard:{device}", Heard)

    async def note_told(self, center: str, voice: str, seq: int, device: str, at: int) -> None:
        """Keep for a day that a device has carried an announcement out, and when it did so last."""
        name = _told(center, voice, seq)
        pipe = self._redis.pipeline(transaction=False)
        pipe.hset(name, device, str(at))
        pipe.expire(name, TOLD_SECONDS)
        pipe.set(f"goiso:told:last:{device}", at, ex=KEPT_SECONDS)
        await pipe.execute()

    async def told(self, center: str, calls: Sequence[tuple[str, int]]) -> dict[tuple[str, int], set[str]]:
        """Which devices have carried out each announcement (voice, sequence)."""
        pipe = self._redis.pipeline(transaction=False)
        for voice, seq in calls:
            pipe.hkeys(_told(center, voice, seq))
        found = await pipe.execute() if calls else []
        return {call: {key.decode() for key in keys} for call, keys in zip(calls, found, strict=True)}

    async def told_last(self, devices: Sequence[str]) -> dict[str, int]:
        """When each device last carried something out."""
        return await self._read(devices, lambda device: f"goiso:told:last:{device}", int)

    async def _read(self, devices: Sequence[str], name: Any, kind: Any) -> dict[str, Any]:
        found: Any = await self._redis.mget([name(device) for device in devices]) if devices else []
        pairs = zip(devices, found, strict=True)
        return {device: msgspec.json.decode(data, type=kind) for device, data in pairs if data}


def _mark(device: str) -> str:
    return f"goiso:seen:{device}"


def _seat(seat: str) -> str:
    return f"goiso:seat:{seat}"


def _state(device: str) -> str:
    return f"goiso:device:{device}"


def _order(device: str) -> str:
    return f"goiso:order:{device}"


def _told(center: str, voice: str, seq: int) -> str:
    return f"goiso:told:{center}:{voice}:{seq}"
