"""How long a verb takes in pure Python, decided and put in place, with few and with many numbers in the day; a
part of `make bench-rules`.

Half of the numbers still wait, the others are done; every second counter has somebody called. Each change is
taken back after it was timed, so that all are made in the same hall. The two halls take turns, verb by verb.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from statistics import median
from time import perf_counter_ns

from app.domain import day
from app.domain.commands import Cancel, CheckInTicket, Command, Issue, Tick
from app.domain.facts import Facts
from app.domain.hall import Hall
from app.domain.plan import (
    MINUTE,
    Channel,
    CheckIn,
    CounterPlan,
    Group,
    LastNumber,
    Limits,
    Millis,
    NumberForm,
    Order,
    OrderRule,
    Plan,
    ServicePlan,
    Window,
    ZonePlan,
)
from app.domain.presses import (
    Absent,
    CallNumber,
    Finish,
    Next,
    Park,
    Recall,
    ReturnToQueue,
    ServeGuest,
    Start,
    TakeCounter,
    TakeUp,
    Transfer,
    UndoLast,
)
from app.domain.states import TicketState
from app.domain.verbs import decide
from bench.table import Row, report

DAY = "2020-04-03"
COUNTERS, SERVICES = 60, 30
FEW, MANY = 100, 10_000
TIMES = 120
GROWTH = 1.5  # the most that `MANY` may cost beside `FEW`; the noise of such a machine is within it


def large_plan(center: str = "lon") -> Plan:
    """A center of 60 counters, two to a service, with a priority group and numbers of four running digits."""
    names = [f"{at:02}" for at in range(1, COUNTERS + 1)]
    services = tuple(ServicePlan(f"s{at}", f"Lĩnh vực {at}", "z", names[at], 3.0) for at in range(SERVICES))
    return Plan(
        center,
        "Trung tâm lớn",
        (ZonePlan("z", "Tầng 1"),),
        services,
        tuple(CounterPlan(name, "z", (f"s{at % SERVICES}",)) for at, name in enumerate(names)),
        windows=(Window(time(0, 0), time(23, 58), time(23, 59), (1, 2, 3, 4, 5, 6, 7)),),
        number=NumberForm(running=4),
        order=Order(OrderRule.INTERLEAVE, groups=(Group("80", "80 tuổi trở lên"),)),
        limits=Limits(0, 0, 0),
        check_in=CheckIn.OPTIONAL,
        last_number=LastNumber.OFF,
        double_press_ms=0,
    )


Step = Callable[["Bench", int], Command]


@dataclass(slots=True)
class Bench:
    """A hall in the middle of its day; `waiting` and `online` are numbers that wait, and that may check in."""

    hall: Hall
    now: Millis
    waiting: list[str] = field(default_factory=list)
    online: list[str] = field(default_factory=list)

    def do(self, command: Command) -> None:
        """Carry a command out for good."""
        change = decide(self.hall, command, self.now)
        self.hall.apply(change.sets)
        self.hall.version, self.hall.now = self.hall.version + 1, self.now

    def press(self, key: type, counter: str, **more: str) -> Command:
        here = self.hall.counter(counter)
        made: Command = key(here.clerk, counter, here.turn, **more)
        return made

    def took(self, steps: tuple[Step, ...], at: int) -> int:
        """How long the last of some steps took, in ns; all is as it was afterwards."""
        taken_back: list[Facts] = []
        for step in steps:
            command = step(self, at)
            began = perf_counter_ns()
            change = decide(self.hall, command, self.now)
            taken_back.append(self.hall.apply(change.sets))
            took = perf_counter_ns() - began
        for facts in reversed(taken_back):
            self.hall.apply(facts)
        return took


def busy(count: int) -> Bench:
    """A hall with `count` numbers in its day."""
    plan = large_plan()
    now = plan.moment(date.fromisoformat(DAY), time(8))
    hall = Hall({"plan": plan})
    hall.apply(day.found(plan, now).sets)
    bench = Bench(hall, now)
    for at in range(count):
        channel = Channel.WEB if at % 3 else Channel.KIOSK
        group = "80" if at % 10 == 0 else ""
        bench.do(Issue("kiosk", f"r{at}", f"s{at % SERVICES}", channel, f"holder-{at}", group=group))
    for name in (counter.id for counter in plan.counters):
        bench.do(TakeCounter(f"staff/{name}", name, hall.counter(name).turn))
    for at in range(count // 2):
        name = plan.counters[at % COUNTERS].id
        bench.do(bench.press(Next, name))
        bench.now += MINUTE // 60
    for counter in plan.counters[1::2]:
        if hall.counter(counter.id).ticket:
            bench.do(bench.press(Finish, counter.id))
    bench.waiting = [ticket.number for ticket in hall.tickets() if ticket.state is TicketState.WAITING]
    bench.online = [number for number in bench.waiting if not hall.ticket(number).arrived_at]
    return bench


def pressed(key: type, occupied: bool = True, **more: str) -> Step:
    """A key at one of ten counters, with somebody there or free."""

    def step(bench: Bench, at: int) -> Command:
        return bench.press(key, bench.hall.plan.counters[at % 10 * 2 + (not occupied)].id, **more)

    return step


def _called(bench: Bench, at: int) -> Command:
    number = bench.waiting[at % len(bench.waiting)]
    service = bench.hall.ticket(number).service
    counter = next(counter for counter in bench.hall.plan.counters_of(service))
    return bench.press(CallNumber, counter.id, number=number)


def _taken_up(bench: Bench, at: int) -> Command:
    counter = bench.hall.plan.counters[at % 10 * 2].id
    return bench.press(TakeUp, counter, number=bench.hall.parked()[0].number)


VERBS: dict[str, tuple[Step, ...]] = {
    "issue": (lambda bench, at: Issue("kiosk", f"new-{at}", f"s{at % SERVICES}", Channel.WEB, "holder"),),
    "check in": (lambda bench, at: CheckInTicket("kiosk", DAY, bench.online[at % len(bench.online)]),),
    "cancel": (lambda bench, at: Cancel("citizen", DAY, bench.waiting[at % len(bench.waiting)]),),
    "next": (pressed(Next),),
    "next, from free": (pressed(Next, occupied=False),),
    "call a number": (_called,),
    "recall": (pressed(Recall),),
    "start": (pressed(Start),),
    "finish": (pressed(Finish),),
    "absent": (pressed(Absent),),
    "return": (pressed(ReturnToQueue),),
    "park": (pressed(Park),),
    "take up": (pressed(Park), _taken_up),
    "transfer": (pressed(Transfer, service="s7"),),
    "guest": (pressed(ServeGuest, occupied=False, service="s1"),),
    "undo next": (pressed(Next), pressed(UndoLast)),
    "tick": (lambda bench, at: Tick(),),
}


def rows() -> list[Row]:
    """Median µs of each verb in the day of many numbers, and how many times that of the day of few."""
    few, many = busy(FEW), busy(MANY)
    found: list[Row] = []
    for name, steps in VERBS.items():
        costs: tuple[list[int], list[int]] = ([], [])
        for at in range(TIMES):
            for bench, cost in zip((few, many), costs, strict=True):
                cost.append(bench.took(steps, at))
        small, large = (median(cost) / 1000 for cost in costs)
        figure = f"{name}: {MANY:,} numbers beside {FEW}, times"
        found.append(Row(figure, f"({large:.0f} µs, {1e6 / large:,.0f}/s)", large / small, GROWTH))
    return found


if __name__ == "__main__":
    report("verbs", rows())
