"""Whatever is done in whatever order, doubled, late or wrong: what must always be true of a hall stays true."""

import copy
from collections import Counter as Count
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.domain import day
from app.domain.announcing import AHEAD
from app.domain.change import Answer, Outcome
from app.domain.commands import (
    Absent,
    AnyPress,
    Command,
    Finish,
    Issue,
    LeaveCounter,
    LoseVoice,
    Next,
    PairDevice,
    Pause,
    ReadyVoice,
    Recall,
    Resume,
    RevokeDevice,
    TakeCounter,
    Told,
)
from app.domain.facts import Counter, DeviceKind, SayState, Series, Ticket, TicketState
from app.domain.hall import Hall
from app.domain.plan import Channel, CounterPlan, Limits, Plan, ServicePlan, Window, ZonePlan
from app.domain.refusals import NobodyWaiting, Refusal
from app.domain.verbs import decide
from tests.conftest import HandClock, Played, play

# Two floors that hear each other and one that does not; a service at two counters, a counter of two services.
SMALL = Plan(
    "nho",
    "Trung tâm nhỏ",
    (ZonePlan("a", "A", "chung"), ZonePlan("b", "B", "chung"), ZonePlan("c", "C")),
    (ServicePlan("s", "S", "a", "05"), ServicePlan("t", "T", "b", "05"), ServicePlan("u", "U", "c", "86")),
    (
        CounterPlan("05", "a", ("s", "t")),
        CounterPlan("06", "b", ("s",)),
        CounterPlan("86", "c", ("u", "t")),
    ),
    windows=(Window(days=(1, 2, 3, 4, 5, 6, 7)),),
    limits=Limits(0, 0, 0),
    double_press_ms=0,
)
KEYS: list[type[AnyPress]] = [TakeCounter, LeaveCounter, Next, Next, Next, Recall, Absent, Finish, Pause, Resume]
COUNTERS = st.sampled_from(["05", "06", "86"])
CLERKS = st.sampled_from(["staff/lan", "staff/minh", "staff/hoa"])
DEVICES = st.sampled_from(["loa-1", "loa-2"])
VOICES = st.sampled_from(["chung", "c"])


class AnyOrder(RuleBasedStateMachine):
    """A day of commands; the model knows only what was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.played: Played
        self.answered: dict[str, str] = {}  # request -> number
        self.numbers: list[str] = []
        self.commands: list[Command] = []
        self.turns: dict[str, int] = {}
        self.leapt = False  # running numbers leap after a loss

    @initialize()
    def found(self) -> None:
        self.played = play(SMALL, HandClock(SMALL))
        for counter, clerk in (("05", "staff/lan"), ("06", "staff/minh"), ("86", "staff/hoa")):
            self.played.sit(counter, clerk)

    def ask(self, command: Command) -> Answer | None:
        """Do a command; a refusal changes nothing, and every change can be taken back exactly."""
        hall, now = self.played.hall, self.played.clock()
        facts = dict(hall.facts)
        try:
            change = decide(hall, command, now)
        except Refusal:
            assert hall.facts == facts
            return None
        assert bool(change.events) == bool(change.sets)
        counted = indexes(hall)
        before = hall.apply(change.sets)
        hall.apply(before)
        assert hall.facts == facts
        assert indexes(hall) == counted
        self.played.put(change)
        self.commands.append(command)
        return change.answer

    @rule(services=st.lists(st.sampled_from(["s", "t", "u"]), min_size=1, max_size=4), fresh=st.booleans())
    def issue_some(self, services: list[str], fresh: bool) -> None:
        for at, service in enumerate(services):
            self.issue(service, len(self.answered) + 100 if fresh else at, Channel.WEB)

    @rule(service=st.sampled_from(["s", "t", "u"]), request=st.integers(0, 9), channel=st.sampled_from(Channel))
    def issue(self, service: str, request: int, channel: Channel) -> None:
        version = self.played.hall.version
        answer = self.ask(Issue("citizen/x", f"r{request}", service, channel, "x"))
        if answer is None:
            return
        first = self.answered.setdefault(f"r{request}", answer.number)
        assert answer.number == first
        if answer.outcome is Outcome.DONE:
            self.numbers.append(answer.number)
        else:
            assert self.played.hall.version == version

    @rule(key=st.sampled_from(KEYS), counter=COUNTERS, clerk=CLERKS, late=st.sampled_from([0, 0, 0, 0, 1, 2]))
    def press(self, key: type[AnyPress], counter: str, clerk: str, late: int) -> None:
        here = self.played.hall.counter(counter)
        version = self.played.hall.version
        self.ask(key(here.clerk or clerk, counter, max(here.turn - late, 0)))
        if late:
            assert self.played.hall.version == version

    @rule(key=st.sampled_from(KEYS), counter=COUNTERS, clerk=CLERKS, turn=st.integers(0, 9))
    def press_anything(self, key: type[AnyPress], counter: str, clerk: str, turn: int) -> None:
        self.ask(key(clerk, counter, turn))

    @rule(counter=COUNTERS, key=st.sampled_from([Recall, Absent, Finish, LeaveCounter, Pause]))
    def call_and_press(self, counter: str, key: type[AnyPress]) -> None:
        self.next_is_the_first_who_waits(counter)
        here = self.played.hall.counter(counter)
        self.ask(key(here.clerk, counter, here.turn))

    @rule(counter=COUNTERS)
    def next_is_the_first_who_waits(self, counter: str) -> None:
        hall = self.played.hall
        here, planned = hall.counter(counter), hall.counter_plan(counter)
        if not here.clerk or here.state.value != "open":
            return
        fit = [t for t in tickets(hall) if t.state is TicketState.WAITING and t.service in planned.services]
        try:
            number = self.played.press(Next, counter).number
        except NobodyWaiting:
            assert not fit
            assert not here.ticket
            return
        assert number == (min(fit, key=lambda ticket: (ticket.place, ticket.joined)).number if fit else "")

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        if self.commands:
            command = data.draw(st.sampled_from(self.commands))
            if not isinstance(command, PairDevice | Issue):
                self.ask(command)

    @rule(device=DEVICES, voice=VOICES, zone=st.sampled_from(["a", ""]))
    def pair_and_be_ready(self, device: str, voice: str, zone: str) -> None:
        self.ask(PairDevice("staff/quan", device, DeviceKind.SPEAKER, "loa", zone, "hash"))
        self.ask(ReadyVoice(f"device/{device}", device, voice))

    @rule(device=DEVICES, voice=VOICES, shut_out=st.booleans())
    def lose(self, device: str, voice: str, shut_out: bool) -> None:
        self.ask(RevokeDevice("staff/quan", device) if shut_out else LoseVoice(f"device/{device}", device, voice))

    @rule(device=DEVICES, voice=VOICES, back=st.integers(0, 3))
    def tell(self, device: str, voice: str, back: int) -> None:
        seq = max(self.played.hall.voice(voice).seq - back, 0)
        self.ask(Told(f"device/{device}", device, voice, seq))

    @rule(ms=st.sampled_from([0, 50, 299, 300, 2_000, 9_000, 70_000]))
    def wait(self, ms: int) -> None:
        self.played.clock.forward(ms)

    @rule(times=st.integers(0, 9))
    def sleep_a_night(self, times: int) -> None:
        if times:  # not too often
            return
        clock, hall = self.played.clock, self.played.hall
        tomorrow = SMALL.local(clock()).date() + timedelta(days=1)
        clock.set(tomorrow, hall.plan.windows[0].issue_from)
        self.played.put(day.close_day(hall, hall.now, by_midnight=True))
        self.played.put(day.open_day(hall, clock()))
        self.answered.clear()
        self.numbers.clear()
        self.leapt = False

    @rule(times=st.integers(0, 4))
    def lose_the_last_moments(self, times: int) -> None:
        if not times:
            self.played.put(day.recover(self.played.hall))
            self.leapt = True

    @invariant()
    def numbers_are_unique_and_gapless(self) -> None:
        assert len(self.numbers) == len(set(self.numbers))
        by_lead = Count(number[:2] for number in self.numbers)
        for lead, issued in by_lead.items():
            assert self.played.hall.series(lead).issued >= issued
            if not self.leapt:
                assert self.played.hall.series(lead) == Series(issued)
                given = {number for number in self.numbers if number[:2] == lead}
                assert given == {f"{lead}{at:03}" for at in range(1, issued + 1)}
        assert sorted(ticket.number for ticket in tickets(self.played.hall)) == sorted(self.numbers)

    @invariant()
    def a_number_is_at_one_counter_and_a_counter_has_one_number(self) -> None:
        hall = self.played.hall
        called = {t.number: t.counter for t in tickets(hall) if t.state is TicketState.CALLED}
        assert called == {counter.ticket: counter.id for counter in hall.counters() if counter.ticket}
        for counter in hall.counters():
            assert (counter.clerk == "") == (counter.state.value == "closed")
            assert counter.clerk or not counter.ticket
        clerks = [counter.clerk for counter in hall.counters() if counter.clerk]
        assert len(clerks) == len(set(clerks))

    @invariant()
    def turns_only_grow(self) -> None:
        for name, fact in self.played.hall.facts.items():
            if isinstance(fact, Counter):
                assert fact.turn >= self.turns.get(name, 0)
                self.turns[name] = fact.turn

    @invariant()
    def indexes_are_what_a_recount_gives(self) -> None:
        hall = self.played.hall
        assert indexes(hall) == indexes(Hall(copy.copy(hall.facts)))

    @invariant()
    def nothing_spoken_overlaps(self) -> None:
        for voice_id in SMALL.voices():
            announcements = self.played.hall.announcements(voice_id)
            seqs = [said.seq for said in announcements]
            assert seqs == sorted(set(seqs))
            spoken = [said for said in announcements if said.state is SayState.PLANNED]
            for earlier, later in zip(spoken, spoken[1:], strict=False):
                assert earlier.end <= later.start
            to_come = [said for said in spoken if said.start > self.played.clock()]
            assert len({(said.number, said.counter) for said in to_come}) == len(to_come)
            assert all(said.start - AHEAD <= self.played.clock() + 60_000 for said in spoken)
            current = {counter.ticket for counter in self.played.hall.counters()}
            assert {said.number for said in to_come} <= current

    @invariant()
    def the_voice_is_held_by_a_ready_device(self) -> None:
        paired = {device.id for device in self.played.hall.devices()}
        for voice_id in SMALL.voices():
            voice = self.played.hall.voice(voice_id)
            assert set(voice.ready) <= paired
            assert len(set(voice.ready)) == len(voice.ready)
            assert voice.holder in voice.ready or (voice.holder, voice.ready) == ("", ())


def tickets(hall: Hall) -> list[Ticket]:
    return [fact for fact in hall.facts.values() if isinstance(fact, Ticket)]


def indexes(hall: Hall) -> tuple[list[str], dict[str, list[Any]], list[Any]]:
    held = [ticket.number for ticket in hall.held_by("x")]
    waiting = {service.id: list(hall.queue(service.id).joined) for service in hall.plan.services}
    return held, waiting, [hall.announcements(voice) for voice in hall.plan.voices()]


def test_any_order() -> None:
    short = settings(max_examples=150, stateful_step_count=50, deadline=None, derandomize=True, database=None)
    run_state_machine_as_test(AnyOrder, settings=short)


@pytest.mark.proof
def test_any_order_for_long() -> None:
    long = settings(max_examples=2000, stateful_step_count=120, deadline=None, database=None)
    run_state_machine_as_test(AnyOrder, settings=long)
