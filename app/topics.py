"""From the feed to the hub: renders the topics that somebody follows, and publishes what changed in them.

A topic is `<view>/<center>/<key>` (`docs/live.md`). It is opened when the first reader joins and let go when the
last one leaves; after each change only topics whose view is made of the changed kinds of facts are rendered, and
only rows that differ are sent.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from app.domain.hall import Hall
from app.domain.refusals import Refusal, Unknown, UnknownTopic
from app.feed import Feed, Heard
from app.live.hub import Hub, Reader
from app.position import Position
from app.seals import Seals
from app.views import VIEWS, Rows, View

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


class Topics:
    """The topics of this process, kept current by the feed."""

    def __init__(self, feed: Feed, seals: Seals, views: Mapping[str, View] = VIEWS) -> None:
        self._feed = feed
        self._views = views
        self._seals = seals
        self._rows: dict[str, Rows] = {}
        self._numbers: dict[str, dict[str, str]] = {}  # center -> ticket topic's key -> number
        self.hub = Hub(on_idle=self._forget)
        feed.listen(self._hear)

    def _forget(self, topic: str) -> None:
        self._rows.pop(topic, None)

    def paint(self, name: TopicName) -> tuple[Rows, Position]:
        """The rows of a topic as they are shown now, and the position."""
        shown = self._feed.shown(name.center)
        return self._render(name, shown.hall), shown.head.position

    def join(self, reader: Reader, name: TopicName, have: Position | None) -> None:
        """Let a reader follow a topic; raises a Refusal when there is no such thing."""
        topic = str(name)
        position = self._feed.shown(name.center).head.position
        if topic not in self._rows:
            rows, position = self.paint(name)
            self._rows[topic] = rows
            self.hub.open(topic, position, _whole(topic, position, rows))
        self.hub.join(reader, topic, have, _frame(topic, position, {}, []))

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
        position = heard.shown.head.position
        kinds = None if heard.names is None else {name.partition("/")[0] for name in heard.names}
        if heard.names is None:
            self._numbers.pop(heard.center, None)
        elif heard.center in self._numbers:
            self._learn(heard.center, heard.shown.hall, heard.names)
        for topic in self.hub.topics():
            name = TopicName.parse(topic)
            view = self._views[name.view]
            if name.center != heard.center or (kinds is not None and not kinds & view.follows):
                continue
            try:
                self._refresh(topic, name, heard.shown.hall, position, new_epoch=kinds is None)
            except Exception:  # one screen's fault is not the others'; it catches up at its next change
                log.exception("! %s could not be rendered", topic)

    def _refresh(self, topic: str, name: TopicName, hall: Hall, position: Position, new_epoch: bool) -> None:
        before = self._rows[topic]
        try:
            rows = self._render(name, hall)
        except Unknown as gone:
            rows = {"gone": _refused(gone)}
        self._rows[topic] = rows
        if new_epoch:
            self.hub.restart(topic, position, _whole(topic, position, rows))
            return
        changed = {key: row for key, row in rows.items() if before.get(key) != row}
        removed = [key for key in before if key not in rows]
        if changed or removed:
            frame = _frame(topic, position, changed, removed)
            self.hub.publish(topic, position, frame, _whole(topic, position, rows))


def _whole(topic: str, at: Position, rows: Rows) -> bytes:
    return _json({"topic": topic, "at": str(at), "whole": rows})


def _frame(topic: str, at: Position, rows: Rows, gone: list[str]) -> bytes:
    return _json({"topic": topic, "at": str(at), "rows": rows, "gone": gone})


def _refused(refusal: Refusal) -> dict[str, str | int | bool | list[str]]:
    return {"code": refusal.code, "vi": refusal.sentence("vi"), "en": refusal.sentence("en")}
