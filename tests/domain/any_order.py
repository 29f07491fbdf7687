"""A day of a small center in any order: every command of the rule book, doubled, late or wrong, by chance.

Run by `test_any_order.py`. The rules below only say what is asked; a `Judge` holds every answer against what must
be true.
"""

from collections import Counter as Count
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.domain.change import Answer
from app.domain.commands import (
    Cancel,
    CheckInTicket,
    CloseDay,
    Command,
    EnterPaper,
    HideMedium,
    Issue,
    LoseVoice,
    MoveTicket,
    OpenDay,
    PairDevice,
    Postpone,
    Rate,
    ReadyVoice,
    RenameDevice,
    ReopenIssuing,
    ReservePaper,
    RevokeDevice,
    SetBulletin,
    SetPlan,
    SetVoice,
    ShowMedium,
    StopIssuing,
    Tick,
    Told,
)
from app.domain.facts import Counter, Ticket
from app.domain.hall import Hall
from app.domain.media import Medium
from app.domain.plan import Channel, CheckIn, LateRule, OrderRule, VoiceLengths
from app.domain.presses import (
    Absent,
    AnyPress,
    CallNumber,
    ChangeClerk,
    ChangeServices,
    Finish,
    LeaveCounter,
    Next,
    Park,
    Pause,
    Press,
    Recall,
    Resume,
    ReturnToQueue,
    ServeGuest,
    Sit,
    Start,
    TakeCounter,
    TakeUp,
    Transfer,
    UndoLast,
)
from app.domain.states import DeviceKind, TicketState
from tests.domain import watch
from tests.domain.judge import Judge
from tests.domain.naive import tickets_of
from tests.domain.small import FLAVOURS, VOICES, vary

PLAIN: list[type[AnyPress]] = [
    TakeCounter,
    LeaveCounter,
    Next,
    Recall,
    Start,
    Absent,
    Finish,
    Pause,
    Resume,
    UndoLast,
]
WORK: list[type[AnyPress]] = [Next, Next, Next, Next, Start, Start, Absent, Absent, Finish, Recall]
COUNTERS = st.sampled_from(["05", "06", "86"])
SERVICES = st.sampled_from(["s", "t", "u"])
CLERKS = st.sampled_from(["staff/lan", "staff/minh", "staff/hoa"])
DEVICES = st.sampled_from(["loa-1", "loa-2"])
WHICH = st.integers(0, 60)


ASKED: list[st.SearchStrategy[tuple[Callable[..., None], dict[str, Any]]]] = []


def asked(
    often: int = 1, **arguments: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Something that may be asked, with such arguments, `often` times as often as others. One rule draws from all
    of them: rules of their own would be left out of whole runs, and rare states want everything at once."""

    def note(ask: Callable[..., None]) -> Callable[..., None]:
        ASKED.extend([st.tuples(st.just(ask), st.fixed_dictionaries(arguments))] * often)
        return ask

    return note


class AnyOrder(RuleBasedStateMachine):
    """Chance asks; a judge holds the answers against what must be true. `seen` counts, over all runs of a class,
    what happened, by name."""

    seen: Count[str] = Count()

    def __init__(self) -> None:
        super().__init__()
        self.judge: Judge
        self.commands: list[Command] = []

    @initialize(
        order=st.sampled_from(OrderRule), check_in=st.sampled_from(CheckIn), late=st.sampled_from(LateRule)
    )
    def found(self, order: OrderRule, check_in: CheckIn, late: LateRule) -> None:
        self.judge = Judge(vary(order, check_in, late, FLAVOURS[0]), self.seen)
        self.everybody_sits()

    def teardown(self) -> None:
        if hasattr(self, "judge"):
            self.judge.recount()

    @property
    def hall(self) -> Hall:
        return self.judge.hall

    def ask(self, command: Command) -> Answer | None:
        version = self.hall.version
        answer = self.judge.ask(command)
        if self.hall.version > version:
            self.commands.append(command)
        return answer

    def press(self, key: type[AnyPress], counter: str, **extra: Any) -> Answer | None:
        here = self.at(counter)
        return self.ask(key(here.clerk, counter, here.turn, **extra))

    def at(self, counter: str) -> Counter:
        """A counter as it stands, also one that is not in the plan now."""
        fact = self.hall.facts.get(f"counter/{counter}")
        return fact if isinstance(fact, Counter) else Counter(counter)

    def some(self, which: int, *states: TicketState) -> str:
        """One of the numbers in some states, or any number, or one that was never given."""
        numbers = [t.number for t in tickets_of(self.hall.facts) if not states or t.state in states]
        numbers = numbers or self.judge.numbers
        return numbers[which % len(numbers)] if numbers else "86999"

    @asked(2)
    def everybody_sits(self) -> None:
        for counter, clerk in (("05", "staff/lan"), ("06", "staff/minh"), ("86", "staff/hoa")):
            here = self.at(counter)
            if here.state.value != "open":
                self.ask(TakeCounter(here.clerk or clerk, counter, here.turn))

    @asked(
        4,
        services=st.lists(SERVICES, min_size=2, max_size=9),
        channel=st.sampled_from(Channel),
        favoured=st.integers(0, 511),
        ms=st.sampled_from([0, 1, 20_000]),
    )
    def a_crowd(self, services: list[str], channel: Channel, favoured: int, ms: int) -> None:
        for at, service in enumerate(services):
            group = "cao-tuoi" if favoured >> at & 1 else ""
            self.issue(service, len(self.judge.answered) + 100, channel, group, "")
            self.judge.forward(ms)

    @asked(
        service=SERVICES,
        request=st.integers(0, 9),
        channel=st.sampled_from(Channel),
        group=st.sampled_from(["", "", "cao-tuoi", "mang-thai", "khong-co"]),
        holder=st.sampled_from(["x", "y", ""]),
    )
    def issue(self, service: str, request: int, channel: Channel, group: str, holder: str) -> None:
        self.ask(Issue("citizen/x", f"r{request}", service, channel, holder, f"contact-{holder}", group))

    @asked(service=SERVICES, request=st.integers(0, 9), count=st.sampled_from([1, 2, 4, 4, 0, 51]))
    def reserve_paper(self, service: str, request: int, count: int) -> None:
        self.ask(ReservePaper("staff/quan", f"paper-{request}", service, count))

    @asked(
        2,
        which=WHICH,
        ago=st.sampled_from([0, 0, 1_000, 120_000, 3_600_000]),
        group=st.sampled_from(["", "cao-tuoi", "khong-co"]),
        served=st.booleans(),
        any_number=st.sampled_from([False] * 5 + [True]),
    )
    def enter_paper(self, which: int, ago: int, group: str, served: bool, any_number: bool) -> None:
        kept = self.judge.paper
        number = self.some(which) if any_number or not kept else kept[which % len(kept)]
        self.ask(EnterPaper("staff/quan", number, self.judge.now - ago, group, served))

    @asked(2, which=WHICH, away=st.booleans(), yesterday=st.sampled_from([False] * 7 + [True]))
    def check_in(self, which: int, away: bool, yesterday: bool) -> None:
        states = (TicketState.ASIDE,) if away else (TicketState.WAITING, TicketState.CALLED)
        date = "2020-04-02" if yesterday else self.hall.day.date
        assert self.ask(CheckInTicket("citizen/x", date, self.some(which, *states))) is None or not yesterday

    @asked(which=WHICH, any_state=st.booleans())
    def cancel(self, which: int, any_state: bool) -> None:
        states = () if any_state else (TicketState.WAITING, TicketState.ASIDE, TicketState.PARKED)
        self.ask(Cancel("citizen/x", self.hall.day.date, self.some(which, *states)))

    @asked(which=WHICH, nth=st.integers(1, 3), any_state=st.booleans())
    def postpone(self, which: int, nth: int, any_state: bool) -> None:
        number = self.some(which, *(() if any_state else (TicketState.WAITING,)))
        self.ask(Postpone("citizen/x", self.hall.day.date, number, nth))

    @asked(counter=COUNTERS, seat=st.sampled_from(["one", "two"]))
    def sit(self, counter: str, seat: str) -> None:
        here = self.at(counter)
        if here.clerk:
            self.ask(Sit(here.clerk, counter, here.turn, seat=seat))

    @asked(
        which=WHICH,
        any_state=st.sampled_from([False] * 5 + [True]),
        face=st.sampled_from([1, 2, 3, 3, 4, 4, 5]),
        reason=st.sampled_from(["", "", "wait", "manner", "khong-co"]),
    )
    def rate(self, which: int, any_state: bool, face: int, reason: str) -> None:
        number = self.some(which, *(() if any_state else (TicketState.FINISHED,)))
        self.ask(Rate("citizen", self.hall.day.date, number, face, reason))

    @asked(
        key=st.sampled_from(PLAIN),
        counter=COUNTERS,
        clerk=CLERKS,
        late=st.sampled_from([0, 0, 0, 1, 2]),
        supervisor=st.booleans(),
        seat=st.sampled_from(["", "one", "two"]),
    )
    def any_key(
        self, key: type[AnyPress], counter: str, clerk: str, late: int, supervisor: bool, seat: str
    ) -> None:
        here, version = self.at(counter), self.hall.version
        by = "staff/quan" if supervisor and here.clerk else here.clerk or clerk
        self.ask(key(by, counter, max(here.turn - late, 0), supervisor=supervisor, seat=seat))
        assert not late or self.hall.version == version

    @asked(key=st.sampled_from(PLAIN), counter=COUNTERS, late=st.sampled_from([0, 0, 1]))
    def at_keypad(self, key: type[AnyPress], counter: str, late: int) -> None:
        here, version = self.at(counter), self.hall.version
        self.ask(key("device/keypads", counter, max(here.turn - late, 0), keypad=True))
        may = here.clerk and not late and key in (Next, Recall, Absent, Pause, Resume)
        assert may or self.hall.version == version

    @asked(key=st.sampled_from(PLAIN), counter=COUNTERS, clerk=CLERKS, turn=st.integers(0, 9))
    def press_anything(self, key: type[AnyPress], counter: str, clerk: str, turn: int) -> None:
        self.ask(key(clerk, counter, turn))

    @asked(
        4, keys=st.lists(st.sampled_from(WORK), min_size=2, max_size=6), counter=COUNTERS, ms=st.integers(0, 5_000)
    )
    def work(self, keys: list[type[AnyPress]], counter: str, ms: int) -> None:
        for key in keys:
            self.press(key, counter)
            self.judge.forward(ms)

    @asked(3, counters=st.lists(COUNTERS, min_size=2, max_size=8), minutes=st.sampled_from([0, 0, 2, 9]))
    def call_one_after_another(self, counters: list[str], minutes: int) -> None:
        for counter in counters:
            self.press(Next, counter)
            self.judge.forward(minutes * 60_000)

    @asked(4, counter=COUNTERS, which=WHICH, put_away=st.booleans())
    def call_by_number(self, counter: str, which: int, put_away: bool) -> None:
        if put_away:
            self.press(TakeUp, counter, number=self.some(which, TicketState.PARKED))
        else:
            gone = (TicketState.WAITING, TicketState.ASIDE, TicketState.PARKED, TicketState.ABSENT)
            self.press(CallNumber, counter, number=self.some(which, *gone))

    @asked(
        counter=COUNTERS,
        service=st.sampled_from(["", "s", "t", "u"]),
        to=st.sampled_from(["", "", "05", "06", "86"]),
        front=st.booleans(),
    )
    def send_on(self, counter: str, service: str, to: str, front: bool) -> None:
        self.some_call(counter)
        self.press(Transfer, counter, service="" if to else service, to=to, front=front, note="xem lại")

    @asked(counter=COUNTERS, front=st.booleans(), away=st.booleans(), taken_up=st.booleans())
    def send_back(self, counter: str, front: bool, away: bool, taken_up: bool) -> None:
        self.some_call(counter)
        if away:
            number = self.at(counter).ticket
            self.press(Park, counter, note="chờ bản sao")
            if taken_up:
                self.press(TakeUp, counter, number=number)
        else:
            self.press(ReturnToQueue, counter, front=front)

    def some_call(self, counter: str) -> None:
        if not self.at(counter).ticket:
            self.press(Next, counter)

    @asked(counter=COUNTERS, service=SERVICES, outcome=st.sampled_from(["", "xong", "khong-co"]))
    def serve_a_guest(self, counter: str, service: str, outcome: str) -> None:
        self.press(ServeGuest, counter, service=service)
        self.judge.forward(1_000)
        self.press(Finish, counter, outcome=outcome)

    @asked(counter=COUNTERS, clerk=CLERKS, supervisor=st.booleans())
    def hand_over(self, counter: str, clerk: str, supervisor: bool) -> None:
        if supervisor:
            self.ask(ChangeClerk("staff/quan", counter, self.at(counter).turn, clerk, supervisor=True))
        else:
            self.press(ChangeClerk, counter, clerk=clerk)

    @asked(
        counter=COUNTERS, services=st.lists(SERVICES, max_size=3), supervisor=st.sampled_from([True, True, False])
    )
    def serve_other_services(self, counter: str, services: list[str], supervisor: bool) -> None:
        turn = self.at(counter).turn
        self.ask(ChangeServices("staff/quan", counter, turn, tuple(services), supervisor=supervisor))

    @asked(
        2,
        which=WHICH,
        service=st.sampled_from(["", "s", "t", "u"]),
        to=st.sampled_from(["", "", "05", "06", "86"]),
        front=st.booleans(),
        late=st.sampled_from([0, 0, 0, 1]),
    )
    def move(self, which: int, service: str, to: str, front: bool, late: int) -> None:
        number = self.some(which, TicketState.WAITING, TicketState.ASIDE, TicketState.PARKED)
        found = self.hall.facts.get(f"ticket/{number}")
        changed = found.changed - late if isinstance(found, Ticket) else 0
        service, version = "" if to else service, self.hall.version
        self.ask(MoveTicket("staff/quan", self.hall.day.date, number, changed, service, to, front))
        assert not late or self.hall.version == version

    @asked(services=st.lists(SERVICES, max_size=2), rarely=st.integers(0, 3))
    def stop_issuing(self, services: list[str], rarely: int) -> None:
        if not rarely:
            self.ask(StopIssuing("staff/quan", tuple(services), "máy in hỏng"))

    @asked(3, services=st.lists(SERVICES, max_size=2))
    def reopen_issuing(self, services: list[str]) -> None:
        self.ask(ReopenIssuing("staff/quan", tuple(services)))

    @asked(
        2,
        counter=COUNTERS,
        key=st.sampled_from([Next, Next, Next, Absent, Finish]),
        other=st.sampled_from(["", "", "05", "06", "86"]),
        ms=st.sampled_from([0, 299, 300, 5_000, 9_999, 10_000]),
    )
    def undo(self, counter: str, key: type[AnyPress], other: str, ms: int) -> None:
        if key is not Next:
            self.some_call(counter)
        self.press(key, counter)
        if other and other != counter:
            self.press(Next, other)
        self.judge.forward(ms)
        self.press(UndoLast, counter)

    @asked(
        order=st.sampled_from(OrderRule),
        check_in=st.sampled_from(CheckIn),
        late=st.sampled_from(LateRule),
        flavour=st.integers(0, len(FLAVOURS) - 1),
        rarely=st.integers(0, 2),
    )
    def set_plan(self, order: OrderRule, check_in: CheckIn, late: LateRule, flavour: int, rarely: int) -> None:
        if not rarely:
            self.ask(SetPlan("staff/quan", vary(order, check_in, late, FLAVOURS[flavour])))

    @asked(frame=st.sampled_from([500, 2_500, 8_000]))
    def set_voice(self, frame: int) -> None:
        self.ask(SetVoice("system", VoiceLengths(f"pack-{frame}", frame)))

    @asked(opens=st.booleans(), rarely=st.integers(0, 4))
    def open_or_close(self, opens: bool, rarely: int) -> None:
        if opens or not rarely:
            self.ask(OpenDay("staff/quan") if opens else CloseDay("staff/quan"))

    @asked(5, promises=st.booleans())
    def tick(self, promises: bool) -> None:
        self.ask(Tick(promises=promises))
        watch.check_after_tick(self.hall, self.judge.now)

    @asked(which=WHICH)
    def again(self, which: int) -> None:
        """An old command comes once more, maybe a day later."""
        if not self.commands:
            return
        command, version = self.commands[-1 - which % len(self.commands)], self.hall.version
        if isinstance(command, Press | MoveTicket):
            self.ask(command)
            assert self.hall.version == version
        elif isinstance(
            command, Issue | ReservePaper | EnterPaper | CheckInTicket | Cancel | Postpone | Rate | Told
        ):
            self.ask(command)

    @asked(device=DEVICES, voice=st.sampled_from(VOICES), zone=st.sampled_from(["a", ""]))
    def pair_and_be_ready(self, device: str, voice: str, zone: str) -> None:
        self.ask(PairDevice("staff/quan", device, DeviceKind.SPEAKER, "loa", zone, "hash"))
        self.ask(ReadyVoice(f"device/{device}", device, voice))
        self.judge.check_voices_are_held()

    @asked(device=DEVICES, voice=st.sampled_from(VOICES), shut_out=st.booleans())
    def lose(self, device: str, voice: str, shut_out: bool) -> None:
        self.ask(RevokeDevice("staff/quan", device) if shut_out else LoseVoice(f"device/{device}", device, voice))
        self.judge.check_voices_are_held()

    @asked(device=DEVICES, name=st.sampled_from(["loa cửa", "loa sân", ""]))
    def rename(self, device: str, name: str) -> None:
        self.ask(RenameDevice("staff/quan", device, name))

    @asked(lines=st.lists(st.sampled_from(["Thứ bảy nghỉ", "Quầy 5 ở tầng 2", " "]), max_size=3))
    def say_to_the_room(self, lines: list[str]) -> None:
        self.ask(SetBulletin("staff/quan", tuple(lines)))

    @asked(file=st.sampled_from(["a.webp", "b.webp", "c.mp4"]), place=st.sampled_from([None, 0, 1]))
    def show_a_medium(self, file: str, place: int | None) -> None:
        self.ask(ShowMedium("staff/quan", Medium(file), place))

    @asked(file=st.sampled_from(["a.webp", "c.mp4"]))
    def hide_a_medium(self, file: str) -> None:
        self.ask(HideMedium("staff/quan", file))

    @asked(device=DEVICES, voice=st.sampled_from(VOICES), back=st.integers(0, 3))
    def tell(self, device: str, voice: str, back: int) -> None:
        seq = max(self.hall.voice(voice).seq - back, 0)
        self.ask(Told(f"device/{device}", device, voice, seq))

    @asked(ms=st.sampled_from([50, 299, 300, 2_000, 9_000, 70_000]))
    def wait(self, ms: int) -> None:
        self.judge.forward(ms)

    @asked(3, minutes=st.sampled_from([1, 3, 5, 8, 11, 25]))
    def wait_long(self, minutes: int) -> None:
        self.judge.forward(minutes * 60_000)
        self.ask(Tick(promises=True))

    @asked(rarely=st.integers(0, 11))
    def sleep_a_night(self, rarely: int) -> None:
        if not rarely:
            plan = self.hall.plan
            tomorrow = plan.local(self.judge.now).date() + timedelta(days=1)
            self.judge.played.clock.set(tomorrow, plan.windows[0].issue_from)
            self.judge.turn_day()
            self.everybody_sits()

    @asked(rarely=st.integers(0, 9), lost=st.sampled_from([0, 3, 50]))
    def lose_the_last_moments(self, rarely: int, lost: int) -> None:
        if not rarely:
            self.judge.recover(lost)

    @rule(what=st.one_of(ASKED))
    def something(self, what: tuple[Callable[..., None], dict[str, Any]]) -> None:
        ask, arguments = what
        ask(self, **arguments)
