"""From the feed to the hub: renders the topics that somebody follows, and publishes what changed in them.

A topic is `<view>/<center>/<key>` (`docs/live.md`). It is opened when the first reader joins and let go when the
last one leaves. A change marks the topics it may concern; they are rendered at the next flush, once however many
changes came together, and only rows that differ are sent. Screens of devices and staff are flushed on their own,
so that they never stand behind the crowd's; and what is dear to render, oftener than anybody reads it, seldom.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import msgspec

from app.domain.hall import Hall
from app.domain.refusals import Refusal, Unknown, UnknownTopic
from app.feed import Feed, Heard
from app.live import frames
from app.live.hub import Hub
from app.live.pace import Pace
from app.live.reader import Reader
from app.position import Position
from app.seals import Seals
from app.views import VIEWS, Rows, View

CROWD = frozenset({"services", "queue", "ticket"})  # views that many watch at home
OVERVIEW = frozenset({"supervisor"})  # views of a whole center, with estimates for each service
CROWD_SECONDS, FIRST_SECONDS = 0.050, 0.010  # at most one flush in this time
OVERVIEW_SECONDS = 0.500
BURST_SECONDS = 0.004  # the crowd is told when nothing has changed for so long: of ten presses at once only once
FIRST = ("tv", "board", "speaker", "keypad")  # of the others, these before the panels

_json = msgspec.json.Encoder().encode

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic's name in its three parts."""

    view: str
    center: str
    key: str

    @classmethod
    def parse(cls, text: str) -> "TopicName":
        """Raises UnknownTopic when the name is none."""
        view, _, rest = text.partition("/")
        center, _, key = rest.partition("/")
        if view not in VIEWS or not center or not key or len(text) > 160:
            raise UnknownTopic(topic=text[:160])
        return cls(view, center, key)

    def __str__(self) -> str:
        return f"{self.view}/{self.center}/{self.key}"


@dataclass(slots=True)
class _Followed:
    """A topic as it was rendered last; `dirty` is the first version since then that may concern it (0: none),
    `anew` whether the whole hall is another."""

    name: TopicName
    rows: Rows
    at: Position
    dirty: int = 0
    anew: bool = False


@dataclass(slots=True)
class _Index:
    """The followed topics of a center by what they are made of: kinds of facts, or single facts."""

    kinds: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    facts: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    all: dict[str, None] = field(default_factory=dict)


class Topics:
    """The topics of this process, kept current by the feed."""

    def __init__(self, feed: Feed, seals: Seals, views: Mapping[str, View] = VIEWS) -> None:
        self._feed = feed
        self._views = views
        self._seals = seals
        self._followed: dict[str, _Followed] = {}
        self._index: defaultdict[str, _Index] = defaultdict(_Index)
        self._dirty: tuple[dict[str, None], ...] = ({}, {}, {})  # of devices and staff, the crowd, overviews
        self._numbers: dict[str, dict[str, str]] = {}  # center -> ticket topic's key -> number
        self.hub = Hub(on_idle=self._forget)
        self.paces = (
            Pace(partial(self._flush, 0), FIRST_SECONDS),
            Pace(partial(self._flush, 1), CROWD_SECONDS, BURST_SECONDS),
            Pace(partial(self._flush, 2), OVERVIEW_SECONDS),
        )
        feed.listen(self._hear)

    def paint(self, name: TopicName) -> tuple[Rows, Position]:
        """The rows of a topic as they are shown now, and the position."""
        shown = self._feed.shown(name.center)
        return self._render(name, shown.hall), shown.head.position

    def name(self, topic: str) -> TopicName:
        """The name written in `topic`; raises UnknownTopic."""
        followed = self._followed.get(topic)
        return followed.name if followed else TopicName.parse(topic)

    def join(self, reader: Reader, name: TopicName, have: Position | None) -> None:
        """Let a reader follow a topic; raises a Refusal when there is no such thing."""
        topic = str(name)
        followed = self._followed.get(topic) or self._begin(name)
        position = followed.at if followed.dirty else self._feed.shown(followed.name.center).head.position
        if have and have.version > position.version:
            have = None  # painted with what is not sent yet, here or by another process: it may be undone by then
        current = b"" if have is None else frames.text(_frame(topic, position, {}, []))
        self.hub.join(reader, topic, have, current)

    def _begin(self, name: TopicName) -> _Followed:
        rows, at = self.paint(name)
        topic = str(name)
        followed = self._followed[topic] = _Followed(name, rows, at)
        for names in self._made_of(name):
            names[topic] = None
        self.hub.open(topic, at, partial(_whole, topic, at, rows))
        return followed

    def _forget(self, topic: str) -> None:
        """Its last reader is gone."""
        name = self._followed.pop(topic).name
        for names in self._made_of(name):
            names.pop(topic, None)
        if self._views[name.view].own:
            del self._index[name.center].facts[f"{self._views[name.view].own}/{name.key}"]

    def _made_of(self, name: TopicName) -> list[dict[str, None]]:
        """Where a topic stands in the index."""
        index, view = self._index[name.center], self._views[name.view]
        made_of = [index.all, *(index.kinds[kind] for kind in view.follows)]
        if view.own:
            made_of.append(index.facts[f"{view.own}/{name.key}"])
        return made_of

    def _render(self, name: TopicName, hall: Hall) -> Rows:
        key = self._number(name, hall) if name.view == "ticket" else name.key
        return self._views[name.view].rows(hall, key)

    def _number(self, name: TopicName, hall: Hall) -> str:
        """The number behind a ticket topic's keyed hash."""
        if name.center not in self._numbers:
            self._numbers[name.center] = {}
            self._learn(name.center, hall, hall.facts)
        try:
            return self._numbers[name.center][name.key]
        except KeyError:
            raise UnknownTopic(topic=str(name)) from None

    def _learn(self, center: str, hall: Hall, names: Iterable[str]) -> None:
        """Note the topics of tickets, so that a name made up by somebody costs one look."""
        known, day = self._numbers[center], hall.day.date
        for kind, _, number in (name.partition("/") for name in names):
            if kind == "ticket":
                known[self._seals.topic(center, day, number)] = number

    def _hear(self, heard: Heard) -> None:
        """Something has changed: mark what it may concern, and let the paces ask for it."""
        index = self._index[heard.center]
        since = heard.shown.head.position.version - max(len(heard.entries), 1) + 1
        if heard.names is None:
            self._numbers.pop(heard.center, None)
            self._mark(index.all, since, anew=True)
            return
        if heard.center in self._numbers:
            self._learn(heard.center, heard.shown.hall, heard.names)
        for kind in {name.partition("/")[0] for name in heard.names}:
            self._mark(index.kinds.get(kind, ()), since)
        for name in heard.names:
            self._mark(index.facts.get(self._sealed(heard, name), ()), since)

    def _sealed(self, heard: Heard, name: str) -> str:
        """The name under which topics follow a single fact: a ticket's by its keyed hash."""
        kind, _, key = name.partition("/")
        if kind != "ticket":
            return name
        return f"ticket/{self._seals.topic(heard.center, heard.shown.hall.day.date, key)}"

    def _mark(self, topics: Iterable[str], since: int, anew: bool = False) -> None:
        for topic in topics:
            followed = self._followed[topic]
            followed.dirty = followed.dirty or max(since, 1)
            followed.anew |= anew
            self._dirty[_lane(followed.name.view)][topic] = None
        for dirty, pace in zip(self._dirty, self.paces, strict=True):
            if dirty:
                pace.ask()

    async def _flush(self, lane: int) -> None:
        """Render what is marked and publish what differs, step by step."""
        marked = list(self._dirty[lane])
        self._dirty[lane].clear()
        if lane == 0:
            marked.sort(key=lambda topic: not topic.startswith(FIRST))
        self.hub.begin_turn()
        for topic in marked:
            if followed := self._followed.get(topic):
                try:
                    await self._refresh(topic, followed)
                except Exception:  # one screen's fault is not the others'; it catches up at its next change
                    log.exception("! %s could not be rendered", topic)
                await self.hub.breathe()

    async def _refresh(self, topic: str, followed: _Followed) -> None:
        shown = self._feed.shown(followed.name.center)
        before = followed.rows
        try:
            rows = self._render(followed.name, shown.hall)
        except Unknown as gone:
            rows = {"gone": _refused(gone)}
        since, anew, followed.dirty, followed.anew = followed.dirty, followed.anew, 0, False
        at = followed.at = shown.head.position
        followed.rows = rows
        make_whole = partial(_whole, topic, at, rows)
        if anew:
            await self.hub.restart(topic, at, make_whole)
            return
        if since < at.version:
            self.hub.skip(topic, range(since, at.version))
        changed = {key: row for key, row in rows.items() if before.get(key) != row}
        removed = [key for key in before if key not in rows]
        if changed or removed:
            await self.hub.publish(topic, at, frames.text(_frame(topic, at, changed, removed)), make_whole)


def _lane(view: str) -> int:
    return 1 if view in CROWD else 2 if view in OVERVIEW else 0


def _whole(topic: str, at: Position, rows: Rows) -> bytes:
    return frames.text(_json({"topic": topic, "at": str(at), "whole": rows}))


def _frame(topic: str, at: Position, rows: Rows, gone: list[str]) -> bytes:
    return _json({"topic": topic, "at": str(at), "rows": rows, "gone": gone})


def _refused(refusal: Refusal) -> dict[str, str | int | bool | list[str]]:
    return {"code": refusal.code, "vi": refusal.sentence("vi"), "en": refusal.sentence("en")}
