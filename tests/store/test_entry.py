"""The journal entry: what is written is read back the same, chained by hashes, or refused."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import day
from app.domain.change import Change
from app.domain.commands import (
    Rate,
    ReservePaper,
    RevokeDevice,
    SetBulletin,
    SetPlan,
    SetVoice,
    ShowMedium,
    StopIssuing,
    Told,
)
from app.domain.facts import KINDS, Counter, Jumps, Request, Serves
from app.domain.hall import Hall
from app.domain.media import Medium
from app.domain.plan import Channel, Plan, VoiceLengths
from app.domain.presses import Absent, AnyPress, Finish, Next, Pause, Recall, Resume
from app.domain.refusals import Refusal
from app.store.entry import SCHEMA, UnreadableEntry, hash_of, read_entry, read_fact, write_entry, write_fact
from tests.conftest import HandClock, Played, play

KEYS: list[type[AnyPress]] = [Next, Recall, Absent, Finish, Pause, Resume]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def round_trip(change: Change) -> None:
    data, hash_ = write_entry(change, "staff/lan", 1_585_875_600_000, "batch-1", "before")
    entry = read_entry(7, data)
    assert (entry.version, entry.by, entry.at) == (7, "staff/lan", 1_585_875_600_000)
    assert (entry.batch, entry.prev, entry.hash) == ("batch-1", "before", hash_)
    assert entry.events == change.events
    assert entry.sets == change.sets
    assert [type(fact) for fact in entry.sets.values()] == [type(fact) for fact in change.sets.values()]


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.sampled_from(KEYS), max_size=12), TEXT, TEXT, st.sampled_from(Channel))
def test_real_changes_are_read_back_as_they_were(
    plan: Plan, keys: list[type[AnyPress]], request_id: str, reason: str, channel: Channel
) -> None:
    played = play(plan, HandClock(plan))
    played.ready("loa-1")
    played.issue("visa", request_id, channel)
    played.sit("86")
    played.do(Pause("staff/86", "86", 2, reason))
    played.press(Resume, "86")
    for key in keys:
        try:
            played.press(key, "86")
        except Refusal:
            played.issue("visa")
    played.do(Told("device/loa-1", "loa-1", "tang-3", 1))
    played.do(SetVoice("system", VoiceLengths("hoa", 900, counters={"86": 800})))
    played.do(SetPlan("staff/quan", replace(plan, name="Tên “mới” ☂")))
    played.do(RevokeDevice("staff/quan", "loa-1"))
    played.put(day.recover(played.hall))
    played.put(day.open_day(played.hall, played.clock()))
    for change in played.changes:
        round_trip(change)


def test_following_the_entries_gives_the_writers_hall(played: Played) -> None:
    for _ in range(3):
        played.issue("visa")
    played.sit("86")
    for key in (Next, Recall, Absent, Next, Finish):
        played.press(key, "86")
    follower = Hall({})
    for version, change in enumerate(played.changes, 1):
        follower.apply(read_entry(version, write_entry(change, "x", 0, "", "")[0]).sets)
    assert follower.facts == played.hall.facts


def test_every_fact_is_kept_under_its_own_name(played: Played) -> None:
    played.ready("loa-1")
    played.issue("visa")
    played.do(ReservePaper("staff/quan", "an-outage", "visa", 5))
    played.do(SetBulletin("staff/quan", ("Xin tắt chuông điện thoại",)))
    played.sit("86")
    played.press(Next, "86")
    played.press(Finish, "86")
    played.do(SetBulletin("staff/quan", ("Thứ bảy trung tâm nghỉ.",)))
    played.do(ShowMedium("staff/quan", Medium("a.webp", ("tang-3",))))
    played.do(Rate("citizen", played.hall.day.date, "86001", 4))
    played.do(StopIssuing("staff/quan", ("y-te",), "máy in hỏng"))
    played.hall.apply({"jumps/visa": Jumps(((1, 2),)), "serves/86": Serves(("visa", "y-te"))})
    assert {name.partition("/")[0] for name in played.hall.facts} == KINDS.keys()
    for name, fact in played.hall.facts.items():
        assert read_fact(name, write_fact(fact)) == fact


def test_an_entrys_hash_depends_on_everything_before_it() -> None:
    change = Change(sets={"counter/86": Counter("86")})
    data, first = write_entry(change, "a", 1, "b", "")
    assert first == hash_of(data)
    _, second = write_entry(change, "a", 1, "b", first)
    _, otherwise = write_entry(change, "a", 1, "b", "0" * 64)
    assert len({first, second, otherwise}) == 3


def test_a_fact_taken_away_is_written_as_null() -> None:
    data, _ = write_entry(Change(sets={"device/x": None}), "a", 1, "b", "")
    assert b'"device/x":null' in data
    assert read_entry(1, data).sets == {"device/x": None}


def _otherwise(**fields: object) -> bytes:
    data, _ = write_entry(Change(sets={"request/a/b": Request("h", "86001", "2020-04-03")}), "a", 1, "b", "")
    return msgspec.json.encode(msgspec.json.decode(data) | fields)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_otherwise(schema=SCHEMA + 1), f"entry 9 has schema {SCHEMA + 1}, this program reads {SCHEMA}"),
        (_otherwise(schema="x"), "Expected `int`"),
        (_otherwise(events=[["Flown", {}]]), "Flown"),
        (_otherwise(events=[["WasTold", {"voice": 1}]]), "WasTold|voice|str"),
        (_otherwise(set={"ticket/86001": {"number": 1}}), "Expected `str`, got `int` - at `.*number`"),
        (_otherwise(set={"balloon/1": {}}), "balloon"),
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[]", "cannot be read"),
    ],
)
def test_what_this_program_cannot_read_is_refused_with_its_version(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableEntry, match=why) as refused:
        read_entry(9, data)
    assert "9" in str(refused.value)
