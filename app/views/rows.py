"""The shape of every view, and the rows that several screens share."""

from collections.abc import Iterable

from app.domain.facts import Announcement
from app.domain.plan import VoiceLengths
from app.domain.states import SayKind

Value = str | int | bool | list[str]
Row = dict[str, Value]
Rows = dict[str, Row]
ALL = "all"


def is_within(zone: str, key: str) -> bool:
    """Whether a topic's key (zone ids with commas between, or `all`) takes a zone in."""
    return key == ALL or zone in key.split(",")


def says(announcements: Iterable[Announcement], lengths: VoiceLengths) -> Rows:
    """A row `say/<seq>` for each announcement kept; times in ms since 1970, `sound` "" without a pack."""
    return {f"say/{said.seq}": _say(said, lengths) for said in announcements}


def _say(said: Announcement, lengths: VoiceLengths) -> Row:
    heard = said.counter if said.kind is SayKind.CALL else said.kind.value
    return {
        "seq": said.seq,
        "zone": said.zone,
        "counter": said.counter,
        "number": said.number,
        "at": said.at,
        "start": said.start,
        "end": said.end,
        "state": said.state.value,
        "kind": said.kind.value,
        "sound": f"/sound/{lengths.pack}/{said.number}-{heard}.wav" if lengths.pack else "",
    }
