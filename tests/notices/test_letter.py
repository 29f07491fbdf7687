"""What an e-mail carries: HTML that is escaped, and a calendar's file that a calendar's library reads."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.domain.facts import Ticket
from app.domain.plan import MINUTE, Channel, Plan
from app.domain.states import TicketState
from app.notices.letter import calendar, letter
from app.notices.steps import Kind, Step
from tests.conftest import FRIDAY

LINK = "https://layso.example.vn/tickets/quang-ninh/2020-04-03/86001/abcdefghijklmnopqrstuv"


def ticket(plan: Plan) -> Ticket:
    taken, until = plan.moment(FRIDAY, time(15, 6)), plan.moment(FRIDAY, time(15, 17))
    return Ticket("86001", "visa", 1, Channel.WEB, TicketState.WAITING, taken, until, changed=7)


def read(text: str) -> tuple[Calendar, Event]:
    read = Calendar.from_ical(text)
    assert isinstance(read, Calendar)
    [event] = read.events
    assert not read.errors
    assert not event.errors
    return read, event


def test_the_time_to_arrive_by_is_an_entry_with_a_reminder(plan: Plan) -> None:
    text = calendar(plan, Step(Kind.TAKEN, ticket(plan)), LINK)
    whole, event = read(text)
    assert whole["METHOD"] == "PUBLISH"
    assert event.start == datetime(2020, 4, 3, 8, 17, tzinfo=UTC)
    assert event["SUMMARY"] == "Số 86001: đến trước 15:17"
    assert event["LOCATION"] == plan.name
    assert LINK in str(event["DESCRIPTION"])
    assert event["SEQUENCE"] == 7
    [alarm] = event.alarms.times
    assert event.start - alarm.trigger == timedelta(minutes=30)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_later_file_moves_the_same_entry_and_the_end_takes_it_away(plan: Plan) -> None:
    first = ticket(plan)
    later = replace(first, arrive_before=first.arrive_before + 5 * MINUTE, changed=9)
    ended = replace(later, state=TicketState.EXPIRED, changed=12)
    files = [
        read(calendar(plan, step, LINK))
        for step in (Step(Kind.TAKEN, first), Step(Kind.RAISED, later), Step(Kind.EXPIRED, ended))
    ]
    assert len({event["UID"] for _, event in files}) == 1
    assert [event["SEQUENCE"] for _, event in files] == [7, 9, 12]
    assert [whole["METHOD"] for whole, _ in files] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert files[2][1]["STATUS"] == "CANCELLED"
    assert calendar(plan, Step(Kind.NEAR, later), LINK) == "", "it moves nothing"


@given(name=st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=80))
def test_any_name_of_a_center_is_read_back(plan: Plan, name: str) -> None:
    _, event = read(calendar(replace(plan, name=name), Step(Kind.TAKEN, ticket(plan)), LINK))
    assert event["LOCATION"] == name


def test_names_are_escaped_in_html() -> None:
    html = letter("86001", ["<b>Visa</b>"], ["A & B"], "", 'https://x/"')
    assert "&lt;b&gt;Visa" in html
    assert "A &amp; B" in html
    assert 'https://x/"' not in html
