"""The TV of one zone or several: counters, last calls and missed numbers with their counters, the announcements of
the voices, the center's bulletin, its pictures and films."""

from collections.abc import Iterable

from app.domain.facts import Call
from app.domain.hall import Hall
from app.domain.media import Medium
from app.domain.plan import ZonePlan
from app.domain.states import TicketState
from app.views.rows import ALL, Row, Rows, says

FOLLOWS = frozenset({"plan", "counter", "zone", "voice", "say", "ticket", "bulletin", "media", "serves"})
MISSED = frozenset({TicketState.ABSENT, TicketState.ASIDE, TicketState.EXPIRED})  # called, and nobody came


def topic_key(zones: Iterable[str]) -> str:
    """The key of the topic of some zones (`tang-1,tang-2`); of no zone named, the whole center's."""
    return ",".join(zone for zone in zones if zone) or ALL


def rows(hall: Hall, key: str) -> Rows:
    """Rows `center`; of each zone in `key` (ids with commas between, or `all`) `zone/<id>`, `counter/<id>`,
    `call/<number>`, `missed/<number>`; of each voice heard there `say/<voice>/<seq>`; of each picture
    or film shown there `media/<place>`."""
    zones = _zones(hall, key)
    shown: Rows = {"center": {"name": hall.plan.name, "bulletin": list(hall.bulletin().lines)}}
    for at, zone in enumerate(zones):
        voice = hall.voice(zone.voice_id)
        shown[f"zone/{zone.id}"] = {
            "zone": zone.id,
            "place": at,
            "name": zone.name,
            "voice": zone.voice_id,
            "holder": voice.holder,
            "since": voice.since,
        }
        shown |= _counters(hall, zone)
        here = hall.zone_calls(zone.id)
        shown |= {f"call/{call.number}": _call(zone, call) for call in here.calls}
        missed = [call for call in here.missed if hall.ticket(call.number).state in MISSED]
        shown |= {f"missed/{call.number}": _call(zone, call) for call in missed}
    for voice_id in dict.fromkeys(zone.voice_id for zone in zones):
        said = says(hall.announcements(voice_id), hall.plan.voice)
        shown |= {f"say/{voice_id}/{row['seq']}": row | {"voice": voice_id} for row in said.values()}
    media = [medium for medium in hall.media().shown if medium.is_for(zone.id for zone in zones)]
    shown |= {f"media/{at}": _medium(hall, at, medium) for at, medium in enumerate(media)}
    return shown


def _zones(hall: Hall, key: str) -> list[ZonePlan]:
    if key == ALL and hall.plan.zone(ALL) is None:
        return list(hall.plan.zones)
    return [hall.zone(zone_id) for zone_id in dict.fromkeys(key.split(","))]


def _counters(hall: Hall, zone: ZonePlan) -> Rows:
    counters: Rows = {}
    for planned in hall.counters_in(zone.id):
        counter = hall.counter(planned.id)
        names = [service.name for service in hall.plan.services if service.id in planned.services]
        counters[f"counter/{planned.id}"] = {
            "counter": planned.id,
            "zone": zone.id,
            "state": counter.state.value,
            "reason": counter.reason,
            "number": counter.last,
            "serving": bool(counter.ticket),
            "services": names,
        }
    return counters


def _medium(hall: Hall, place: int, medium: Medium) -> Row:
    return {
        "place": place,
        "url": f"/media/{hall.plan.id}/{medium.file}",
        "film": medium.is_film,
        "seconds": medium.seconds,
        "heard": medium.heard,
    }


def _call(zone: ZonePlan, call: Call) -> Row:
    return {"seq": call.seq, "number": call.number, "counter": call.counter, "zone": zone.id, "at": call.at}
