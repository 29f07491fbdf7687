"""The TV of a zone: its counters, the last calls with their counters, the announcements of its voice."""

from app.domain.facts import TicketState
from app.domain.hall import Hall
from app.views.rows import Rows, says

FOLLOWS = frozenset({"plan", "counter", "zone", "voice", "say", "ticket"})
MISSED = frozenset({TicketState.ABSENT, TicketState.ASIDE, TicketState.EXPIRED})  # called, and nobody came


def rows(hall: Hall, zone_id: str) -> Rows:
    """Rows `zone`, `counter/<id>`, `call/<number>`, `say/<seq>` of zone `zone_id`."""
    zone = hall.zone(zone_id)
    voice = hall.voice(zone.voice_id)
    shown: Rows = {
        "zone": {
            "center": hall.plan.name,
            "name": zone.name,
            "voice": zone.voice_id,
            "holder": voice.holder,
            "since": voice.since,
        }
    }
    for planned in hall.plan.counters_in(zone_id):
        counter = hall.counter(planned.id)
        names = [service.name for service in hall.plan.services if service.id in planned.services]
        shown[f"counter/{planned.id}"] = {
            "counter": planned.id,
            "state": counter.state.value,
            "reason": counter.reason,
            "number": counter.last,
            "serving": bool(counter.ticket),
            "services": names,
        }
    for call in hall.zone_calls(zone_id).calls:
        shown[f"call/{call.number}"] = {
            "seq": call.seq,
            "number": call.number,
            "counter": call.counter,
            "at": call.at,
            "missed": hall.ticket(call.number).state in MISSED,
        }
    return shown | says(hall.announcements(zone.voice_id), hall.plan.voice)
