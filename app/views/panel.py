"""The panel of a counter: its state and turn, the present number, who waits, who was told of the call."""

from app.domain.facts import AT_COUNTER, DeviceKind, SayState
from app.domain.hall import Hall
from app.domain.order import queues_of, upcoming
from app.domain.plan import CounterPlan
from app.views.rows import Row, Rows

FOLLOWS = frozenset({"plan", "counter", "ticket", "voice", "say", "device"})
SHOWN = 8


def rows(hall: Hall, counter_id: str) -> Rows:
    """Rows `counter`, `waiting`, `service/<id>` for what the counter serves, and `told` during a call."""
    planned = hall.counter_plan(counter_id)
    counter = hall.counter(counter_id)
    waiting = sum(hall.waiting(name) for name in queues_of(planned))
    here: Row = {
        "counter": counter.id,
        "state": counter.state.value,
        "reason": counter.reason,
        "clerk": counter.clerk.removeprefix("staff/"),
        "turn": counter.turn,
        "last": counter.last,
    }
    shown: Rows = {
        "counter": here | _present(hall, counter.ticket),
        "waiting": {
            "count": waiting,
            "next": (coming := upcoming(hall, planned, SHOWN)),
            "oldest": min((hall.ticket(number).issued_at for number in coming), default=0),
        },
    }
    for service in hall.plan.services:
        if service.id in planned.services:
            shown[f"service/{service.id}"] = {
                "name": service.name,
                "waiting": hall.waiting(service.id),
            }
    return shown | _told(hall, planned, counter.ticket)


def _present(hall: Hall, number: str) -> Row:
    if not number:
        return {"number": "", "service": "", "channel": "", "issued": 0, "called": 0, "calls": 0}
    ticket = hall.ticket(number)
    assert ticket.state in AT_COUNTER
    return {
        "number": number,
        "service": hall.service(ticket.service).name,
        "channel": ticket.channel.value,
        "issued": ticket.issued_at,
        "called": ticket.called_at,
        "calls": ticket.calls,
    }


def _told(hall: Hall, planned: CounterPlan, number: str) -> Rows:
    voice_id = hall.zone(planned.zone).voice_id
    voice = hall.voice(voice_id)
    for said in reversed(hall.announcements(voice_id)):
        if (said.counter, said.number) == (planned.id, number) and said.state is not SayState.CANCELLED:
            kinds = [kind for device in said.told if (kind := _kind(hall, device))]
            return {
                "told": {
                    "seq": said.seq,
                    "start": said.start,
                    "end": said.end,
                    "spoken": voice.holder in said.told,
                    "silent": said.state is SayState.SILENT,
                    "tv": kinds.count(DeviceKind.TV),
                    "boards": kinds.count(DeviceKind.BOARDS),
                    "board_missing": planned.board is not None and DeviceKind.BOARDS not in kinds,
                    "voice_missing": not voice.holder,
                }
            }
    return {}


def _kind(hall: Hall, device_id: str) -> DeviceKind | None:
    return hall.device(device_id).kind if f"device/{device_id}" in hall.facts else None
