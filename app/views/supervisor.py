"""What a supervisor sees of a center, or of one zone: its room, its counters, its services, and what needs a hand.

A row says moments, never lengths: the page counts the minutes. So a row changes only with what it says, and the
forecasts are told in steps of five minutes.
"""

from app.domain.facts import Counter
from app.domain.hall import Hall
from app.domain.hours import next_issue, window_at
from app.domain.issuing import offer
from app.domain.plan import Channel, CounterPlan, Millis, ServicePlan, ZonePlan
from app.domain.promise import expected
from app.domain.refusals import Refusal
from app.domain.states import CounterState, DeviceKind, TicketState
from app.views.alerts import alerts
from app.views.rows import ALL, Row, Rows
from app.views.waits import wait_words

FOLLOWS = frozenset(
    {"plan", "day", "counter", "ticket", "voice", "device", "pace", "taken", "series", "serves", "stopped"}
)
SPEAKING = frozenset({DeviceKind.TV, DeviceKind.SPEAKER})


def rows(hall: Hall, key: str) -> Rows:
    """Rows `center`; `zone/<id>` with who is in the room; `counter/<id>`; `service/<id>`; `alert/<kind>/<what>`
    for what needs a hand (`app.views.alerts`). Moments in ms since 1970, 0 for none. `key` is a zone, or `all`."""
    zones = list(hall.plan.zones) if key == ALL and hall.plan.zone(ALL) is None else [hall.zone(key)]
    shown: Rows = {"center": _center(hall)}
    names = {zone.id for zone in zones}
    for zone in zones:
        shown[f"zone/{zone.id}"] = _zone(hall, zone)
    for planned in hall.counter_plans():
        if planned.zone in names:
            shown[f"counter/{planned.id}"] = _counter(hall, planned)
    for service in hall.plan.services:
        if service.zone in names:
            shown[f"service/{service.id}"] = _service(hall, service)
    return shown | alerts(hall, names)


def _center(hall: Hall) -> Row:
    return {
        "name": hall.plan.name,
        "day": hall.day.date,
        "closed": hall.day.closed_at,
        "by_hand": hall.day.by_hand,
        "present": sum(hall.present(service.id) for service in hall.plan.services),
        "cap": hall.plan.cap,
    }


def _zone(hall: Hall, zone: ZonePlan) -> Row:
    """`voice` is "" where no device of the zone speaks, else whether one holds it: held or none."""
    speaks = any(device.kind in SPEAKING and device.is_of(zone.id) for device in hall.devices())
    holder = hall.voice(zone.voice_id).holder
    return {
        "name": zone.name,
        "present": sum(hall.present(service.id) for service in hall.plan.services_in(zone.id)),
        "cap": zone.cap,
        "voice": "held" if holder else "none" if speaks else "",
    }


def _counter(hall: Hall, planned: CounterPlan) -> Row:
    """`since` is when its state began or, open, it became free; `began` when the present visit or call did;
    `moved`: it serves other services than the plan says; `services` are their ids."""
    counter = hall.counter(planned.id)
    number, started, calls = counter.ticket, 0, 0
    if number:
        ticket = hall.ticket(number)
        started = ticket.started_at if ticket.state is TicketState.SERVING else 0
        calls = ticket.calls
    return {
        "counter": counter.id,
        "zone": planned.zone,
        "state": counter.state.value,
        "reason": counter.reason,
        "clerk": counter.clerk.removeprefix("staff/"),
        "turn": counter.turn,
        "since": counter.stands_since,
        "number": number,
        "service": _doing(hall, counter),
        "guest": counter.guest != "",
        "began": counter.since if counter.is_busy else 0,
        "started": started,
        "calls": calls,
        "services": list(planned.services),
        "moved": bool(hall.serves(counter.id)),
    }


def _doing(hall: Hall, counter: Counter) -> str:
    """The name of the service of the present visit."""
    service = hall.ticket(counter.ticket).service if counter.ticket else counter.guest
    return hall.service(service).name if service else ""


def _service(hall: Hall, service: ServicePlan) -> Row:
    """`issuing` is "" while numbers are given, else the code of the refusal, with its `reason` if a supervisor
    gave one; `opens` and `closes` are when they are given next, and until when now. `wait` is the expected wait of
    a number taken now, in words; `today` how many were taken; `open` how many of its `counters` are open."""
    now = hall.now
    counters = hall.counters_of(service.id)
    code, may_be_late = "", False
    try:
        made = offer(hall, service, Channel.KIOSK, now)
        wait, may_be_late = made.wait, made.may_be_late
    except Refusal as refusal:
        code, wait = refusal.code, expected(hall, service, "", now)
    stopped = hall.stopped(service.id)
    return {
        "name": service.name,
        "zone": service.zone,
        "waiting": hall.waiting(service.id),
        "oldest": oldest(hall, service.id),
        "wait": wait_words(wait),
        "today": len(hall.issued(service.id)),
        "open": sum(hall.counter(one.id).state is CounterState.OPEN for one in counters),
        "counters": [one.id for one in counters],
        "issuing": code,
        "reason": stopped.reason if stopped else "",
        "stopped": stopped.since if stopped else 0,
        "may_be_late": may_be_late,
        **_window(hall, service, now),
    }


def _window(hall: Hall, service: ServicePlan, now: Millis) -> Row:
    plan = hall.plan
    window = window_at(plan, service, now)
    if window:
        return {"opens": 0, "closes": plan.moment(plan.local(now).date(), window.issue_until)}
    opens = next_issue(plan, service, now)
    return {"opens": int(opens.timestamp() * 1000) if opens else 0, "closes": 0}


def oldest(hall: Hall, service_id: str) -> Millis:
    """When the number was taken that has waited longest for a service, of those next in their lanes and of the one
    that joined first; 0 when nobody waits."""
    queue = hall.queue(service_id)
    heads = [line[0][2] for line in (*queue.lanes, queue.away) if line]
    heads += [queue.joined[0][1]] if queue.joined else []
    return min((hall.ticket(number).issued_at for number in heads), default=0)
