"""What needs a supervisor's hand, if possible before it is felt: part of the view `supervisor`.

Each is a row `alert/<kind>/<what>`; it holds from the moment `at` on, so that a page shows by its own clock what
becomes true while nothing else happens. Alerts about devices are not the hall's matter: the page asks for them.
"""

from collections.abc import Iterable, Iterator

from app.domain.facts import Counter
from app.domain.forecast import last_number, passing, rate
from app.domain.hall import Hall
from app.domain.hours import closing, windows_on
from app.domain.plan import MINUTE, LastNumber, Millis, ServicePlan
from app.domain.promise import before_opening, floor_of
from app.domain.states import CounterState, DeviceKind, TicketState
from app.views.rows import Row, Rows

STEP = 5 * MINUTE  # what is foretold is told in such steps
NOBODY_AFTER = 2 * MINUTE  # since the last of several calls
CALLS = 2  # a number called so often, and not said to have come, has not come
LONG_VISIT, LEAST_LONG = 4, 20 * MINUTE  # times the plan's usual length of a visit; never before so long
FULL = 0.9  # of the cap of a room
PAUSES = {
    "Nghỉ giải lao": 15 * MINUTE,
    "Nghỉ trưa": 90 * MINUTE,
    "Đang họp": 60 * MINUTE,
    "Xử lý hồ sơ": 20 * MINUTE,
    "Sự cố máy tính": 20 * MINUTE,
}
PAUSE = 15 * MINUTE  # for any other reason


def alerts(hall: Hall, zones: Iterable[str]) -> Rows:
    """The alerts of some zones. Kinds: `wait` (the wait, `expected` minutes now, passes `limit` at `when`, or is
    near it if that is 0; `more` counters would prevent it), `long` (it has passed), `last` (the day's last number
    is given at `when`), `pause`, `nobody` (a call nobody came to), `visit` (one that takes unusually long), `room`
    (`present` of `cap`), `voice` (nobody's)."""
    names = set(zones)
    shown: Rows = {}
    for service in hall.plan.services:
        if service.zone in names:
            shown |= {f"alert/{row['kind']}/{service.id}": row for row in _of_service(hall, service)}
    for planned in hall.plan.counters:
        if planned.zone in names:
            counter = hall.counter(planned.id)
            shown |= {f"alert/{row['kind']}/{counter.id}": row for row in _of_counter(hall, counter)}
    return shown | _of_rooms(hall, names)


def _of_service(hall: Hall, service: ServicePlan) -> Iterator[Row]:
    now, plan = hall.now, hall.plan
    if not hall.waiting(service.id) or hall.day.closed_at or before_opening(hall, service, now):
        return
    floor = floor_of(hall, service)
    windows = windows_on(plan, service, plan.local(now).date())
    opened = plan.moment(plan.local(now).date(), windows[0].issue_from) if windows else hall.day.opened_at
    if hall.day.by_hand:
        opened = hall.day.opened_at
    rates = {one: rate(hall.issued(one), now, opened) for one in floor.waiting}
    if hall.stopped(service.id):
        rates[service.id] = 0.0
    about: Row = {"name": service.name, "zone": service.zone, "at": 0, "limit": plan.long_wait}
    found = passing(floor, rates, service.id, now, plan.long_wait * MINUTE)
    if found:
        kind = "long" if found.at == now else "wait"
        expected = _rounded(found.expected) // MINUTE
        yield {"kind": kind, **about, "when": _rounded(found.at or 0), "expected": expected, "more": found.more}
    closes = closing(plan, service, now)
    if closes is None or plan.last_number is LastNumber.OFF or hall.day.by_hand or hall.stopped(service.id):
        return
    until = plan.moment(plan.local(now).date(), windows[-1].issue_until)
    when = last_number(floor, rates, service.id, now, closes)
    if when is not None and now < when < until:
        yield {"kind": "last", **about, "when": _rounded(when)}


def _rounded(moment: Millis) -> Millis:
    return moment // STEP * STEP


def _of_counter(hall: Hall, counter: Counter) -> Iterator[Row]:
    about: Row = {"counter": counter.id, "zone": hall.counter_plan(counter.id).zone, "clerk": _clerk(counter)}
    if counter.state is CounterState.PAUSED:
        usual = PAUSES.get(counter.reason, PAUSE)
        at = counter.stands_since + usual
        yield {"kind": "pause", **about, "at": at, "reason": counter.reason, "usual": usual // MINUTE}
    ticket = hall.ticket(counter.ticket) if counter.ticket else None
    if ticket and ticket.state is TicketState.CALLED and ticket.calls >= CALLS:
        at = counter.called_at + NOBODY_AFTER
        yield {"kind": "nobody", **about, "at": at, "number": ticket.number, "calls": ticket.calls}
    elif counter.is_busy:
        service = ticket.service if ticket else counter.guest
        at = counter.since + max(LEAST_LONG, LONG_VISIT * hall.service(service).usual)
        yield {"kind": "visit", **about, "at": at, "number": counter.ticket, "began": counter.since}


def _clerk(counter: Counter) -> str:
    return counter.clerk.removeprefix("staff/")


def _of_rooms(hall: Hall, names: set[str]) -> Rows:
    shown: Rows = {}
    rooms = [("", hall.plan.name, hall.plan.cap, hall.plan.services)]
    rooms += [(z.id, z.name, z.cap, hall.plan.services_in(z.id)) for z in hall.plan.zones if z.id in names]
    for zone, name, cap, services in rooms:
        present = sum(hall.present(service.id) for service in services)
        if cap and present >= FULL * cap:
            shown[f"alert/room/{zone}"] = {
                "kind": "room", "zone": zone, "name": name, "at": 0, "present": present, "cap": cap,
            }  # fmt: skip
    devices = [device for device in hall.devices() if device.kind in (DeviceKind.TV, DeviceKind.SPEAKER)]
    for zone_plan in hall.plan.zones:
        speaks = zone_plan.id in names and any(device.is_of(zone_plan.id) for device in devices)
        if speaks and not hall.voice(zone_plan.voice_id).holder:
            row: Row = {"kind": "voice", "zone": zone_plan.id, "name": zone_plan.name, "at": 0}
            shown[f"alert/voice/{zone_plan.id}"] = row
    return shown
