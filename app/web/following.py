"""Who follows live topics: who is behind a socket, what may be followed, and what a socket's messages mean. Used
by both doors to `/live`: the live layer's own (`welcome`) and the plain endpoint (`socket`).
"""

import asyncio
import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import HTTPConnection

from app.accounts.staff import Member, Role
from app.devices.presence import Order
from app.devices.presence import Said as DeviceSaid
from app.domain.refusals import BadRequest, NotAllowed, NotPaired, NotSignedIn, Refusal, TooLarge
from app.domain.states import DeviceKind
from app.live import frames
from app.live.reader import Reader
from app.position import Position
from app.store.journal import LOST
from app.topics import TopicName
from app.views.tv import topic_key
from app.web.access import Paired, caller, device_of, member_of
from app.web.answers import CLOSE, nearest, told
from app.web.parts import Parts

PUBLIC = {"services", "queue", "ticket"}
STAFF = {"panel", "supervisor"}
MOST_TOPICS = 32
LONGEST_SEAT = 40
MOST_QUERY = 512  # of an address that names a topic; what is cut off there is no topic's name
TOO_MANY_TOPICS, TOO_MANY_SOCKETS = 4429, 1013
STORE_SECONDS = 5.0  # how long the store is waited for; one that takes longer is away

_json = msgspec.json.Encoder().encode


class Said(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a client may send: one of the three; a device that asks the time says with it how it is, and a clerk's
    panel which one it is."""

    join: str = ""
    have: str = ""
    leave: str = ""
    clock: int | None = None
    state: DeviceSaid | None = None
    seat: str = ""


_said = msgspec.json.Decoder(Said).decode


@dataclass(frozen=True, slots=True)
class Follower:
    """Who is behind a socket: a member of staff, a paired device, or a citizen, known by address alone. Of staff
    the connection is kept: they may sign out."""

    address: str
    member: Member | None = None
    paired: Paired | None = None
    connection: HTTPConnection | None = None

    @property
    def account(self) -> str:
        """What its sockets are counted by; "" for a citizen."""
        if self.paired:
            return f"device/{self.paired.device.id}"
        return f"staff/{self.member.login}" if self.member else ""


async def follower_of(connection: HTTPConnection) -> Follower:
    """Who asks; raises one of LOST when the store is away."""
    async with asyncio.timeout(STORE_SECONDS):
        member = await member_of(connection)
    return Follower(caller(connection), member, device_of(connection), connection if member else None)


def check_may_follow(follower: Follower, topic: TopicName) -> None:
    """Raises NotSignedIn, NotPaired or NotAllowed. Staff may see every screen of their centers; the
    supervisor's is for supervisors."""
    if topic.view in PUBLIC:
        return
    roles = (Role.SUPERVISOR,) if topic.view == "supervisor" else tuple(Role)
    if follower.member and follower.member.may(topic.center, *roles):
        return
    if topic.view in STAFF:
        raise NotSignedIn() if follower.member is None else NotAllowed()
    if follower.paired is None:
        raise NotPaired()
    if follower.paired.center != topic.center or not _is_its(follower.paired, topic):
        raise NotAllowed()


def topic_of_tv(paired: Paired) -> TopicName:
    """What a TV shows: its zone, several, or the whole center."""
    return TopicName("tv", paired.center, topic_key((paired.device.zone, *paired.device.also)))


def _is_its(paired: Paired, topic: TopicName) -> bool:
    match paired.device.kind:
        case DeviceKind.TV:
            return topic == topic_of_tv(paired)
        case DeviceKind.SPEAKER:
            return topic.view == "speaker"
        case DeviceKind.BOARDS:
            return topic.view == "board"
        case DeviceKind.KEYPADS:
            return topic.view == "keypad"
        case DeviceKind.RATE:
            return topic.view == "rate"
        case DeviceKind.KIOSK:
            return False


def greet(parts: Parts, follower: Follower, reader: Reader, query: bytes) -> None:
    """Let a new socket follow the topic its address asks for: a page that opens needs no second round trip."""
    if b"join=" in query:
        _join(parts, follower, reader, _asked(query[:MOST_QUERY]))


@lru_cache(1024)
def _asked(query: bytes) -> Said:
    """A crowd that comes back asks for the same."""
    asked = dict(parse_qsl(query.decode("ascii", "replace")))
    return Said(join=asked.get("join", ""), have=asked.get("have", ""))


def hear(parts: Parts, follower: Follower, reader: Reader, text: bytes) -> Awaitable[None] | None:
    """A message of a socket, answered on the reader; what has to be asked of the store is given back to wait for.
    What cannot be read, or may not be asked, closes the reader."""
    try:
        return _hear(parts, follower, reader, text)
    except Refusal as refusal:
        reader.close(nearest(CLOSE, refusal))
        return None


def _hear(parts: Parts, follower: Follower, reader: Reader, text: bytes) -> Awaitable[None] | None:
    if len(text) > frames.MOST_BYTES:
        raise TooLarge()
    try:
        said = _said(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadRequest(what=str(fault)) from None
    if said.clock is not None:
        reader.send(frames.text(_json({"clock": said.clock, "now": parts.clock()})))
        return _look_again(parts, follower, reader, said) if follower.account else None
    if said.leave:
        parts.topics.hub.part(reader, said.leave)
    elif said.join:
        _join(parts, follower, reader, said)
    else:
        raise BadRequest(what="join, leave, clock")
    return None


def _join(parts: Parts, follower: Follower, reader: Reader, said: Said) -> None:
    if len(reader.topics) >= MOST_TOPICS and said.join not in reader.topics:
        reader.close(TOO_MANY_TOPICS)
        return
    try:
        name = parts.topics.name(said.join)
        check_may_follow(follower, name)
        parts.topics.join(reader, name, Position.parse(said.have))
    except Refusal as refusal:
        reader.send(frames.text(_json({"refused": said.join[:160]} | told(refusal))))


async def _look_again(parts: Parts, follower: Follower, reader: Reader, said: Said) -> None:
    """Whoever asks the time is there; staff who have signed out must be told so."""
    with contextlib.suppress(*LOST):  # the store is away: no reason to take a screen its picture
        async with asyncio.timeout(STORE_SECONDS):
            await _note(parts, follower, reader, said.state)
            if follower.member and 0 < len(said.seat) <= LONGEST_SEAT:
                await parts.presence.sits(said.seat)


async def _note(parts: Parts, follower: Follower, reader: Reader, state: DeviceSaid | None) -> None:
    if follower.connection and await member_of(follower.connection) is None:
        reader.close(nearest(CLOSE, NotSignedIn()))
    if follower.paired is None:
        return
    said = state if state and state.is_short() else DeviceSaid()
    order = await parts.presence.seen(follower.paired.device.id, parts.clock(), follower.address, said)
    stamp = parts.pages.globals["stamp"]
    if order is None and follower.paired.device.kind is DeviceKind.TV and said.version not in ("", stamp):
        order = Order("upgrade", "reload")  # painted by another version of the server
    if order:
        reader.send(frames.text(_json({"order": order})))
