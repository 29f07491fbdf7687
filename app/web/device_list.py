"""The devices of a center as whoever looks after them sees them: how each is, and who carried each call out."""

from dataclasses import dataclass
from typing import Any

from app.devices.presence import Said
from app.domain.facts import Call, Device
from app.domain.hall import Hall
from app.domain.plan import Millis, ZonePlan
from app.domain.states import DeviceKind
from app.web.parts import Parts

SOUNDS = {
    "on": "Có tiếng",
    "refused": "Trình duyệt chưa cho phát tiếng: ra chạm màn hình một lần",
    "broken": "Tiếng bị lỗi",
    "none": "Máy không phát được tiếng",
}
PRINTERS = {
    "ready": ("sẵn sàng", True),
    "silent": ("sẵn sàng (máy không báo lại)", True),
    "browser": ("in bằng trình duyệt", True),
    "paper-low": ("sắp hết giấy", False),
    "paper-end": ("HẾT GIẤY", False),
    "cover-open": ("nắp đang mở", False),
    "fault": ("có lỗi", False),
    "offline": ("chưa sẵn sàng", False),
    "away": ("KHÔNG trả lời", False),
}
SLOW = 2000  # ms; a clock that is further off is worth a word


@dataclass(frozen=True, slots=True)
class Listed:
    """A device as it is listed; moments as texts, "" for never."""

    id: str
    kind: str
    name: str
    where: str
    paired_at: str
    online: bool
    seen_at: str
    address: str
    version: str
    size: str
    offset: str
    sound: str
    is_mute: bool
    told_at: str
    tone: str
    heard: str
    can_tone: bool
    can_reload: bool
    printer: str
    prints: bool
    line: str
    is_cut: bool
    answering: str
    silent: str
    faulty: str
    can_test: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """A call, and by how many it was carried out: TVs and boards of all that should, spoken or not."""

    number: str
    counter: str
    zone: str
    at: str
    tvs: int
    of_tvs: int
    board: str
    spoken: str


async def list_devices(parts: Parts, hall: Hall) -> list[Listed]:
    """The center's devices, by kind and name."""
    known = sorted(hall.devices(), key=lambda device: (device.kind, device.name))
    ids = [device.id for device in known]
    present, seen = await parts.presence.present(ids), await parts.presence.states(ids)
    heard, told = await parts.presence.heard(ids), await parts.presence.told_last(ids)

    def moment(at: Millis) -> str:
        return f"{hall.plan.local(at):%H:%M:%S %d/%m}" if at else ""

    listed = []
    for device in known:
        state = seen.get(device.id)
        said = state.said if state else None
        sound = said.sound if said else ""
        note = heard.get(device.id)
        judged = (
            f"{'Nghe rõ' if note.heard else 'KHÔNG nghe thấy'} · {moment(note.at)} · {note.by}" if note else ""
        )
        listed.append(
            Listed(
                id=device.id,
                kind=device.kind.value,
                name=device.name,
                where=_where(hall, device),
                paired_at=f"{hall.plan.local(device.paired_at):%H:%M %d/%m/%Y}",
                online=device.id in present,
                seen_at=moment(state.at if state else 0),
                address=state.address if state else "",
                version=said.version if said else "",
                size=said.size if said else "",
                offset=f"{said.offset / 1000:+.1f} s" if said and abs(said.offset) > SLOW else "",
                sound=SOUNDS.get(sound, ""),
                is_mute=sound not in ("", "on"),
                told_at=moment(told.get(device.id, 0)),
                tone=_tone(said.tone if said else ""),
                heard=judged,
                can_tone=device.kind in (DeviceKind.TV, DeviceKind.SPEAKER),
                can_reload=device.kind is DeviceKind.TV,
                can_test=device.kind is DeviceKind.BOARDS,
                printer=PRINTERS.get(said.printer, ("", True))[0] if said else "",
                prints=PRINTERS.get(said.printer, ("", True))[1] if said else True,
                **_line(hall, device, said or Said()),
            )
        )
    return listed


def _line(hall: Hall, device: Device, said: Said) -> dict[str, Any]:
    """How a line is and what is on it; boards and keypads are named by the counters they stand at."""
    if not said.line:
        return {"line": "", "is_cut": False, "answering": "", "silent": "", "faulty": ""}
    what = "keypad" if device.kind is DeviceKind.KEYPADS else "board"
    at = {getattr(counter, what): counter.id for counter in hall.plan.counters}

    def named(addresses: list[int]) -> str:
        return ", ".join(f"quầy {at[one]}" if one in at else f"địa chỉ {one}" for one in addresses)

    is_cut = said.line != "open"
    return {
        "line": "KHÔNG mở được cổng nối tiếp" if is_cut else "thông",
        "is_cut": is_cut,
        "answering": "" if is_cut else f"{said.answering} trên {said.of}",
        "silent": named(said.silent),
        "faulty": named(said.faulty),
    }


def _where(hall: Hall, device: Device) -> str:
    zones = [zone.name for zone in hall.plan.zones if device.is_of(zone.id)]
    return " · ".join(zones) if device.zone else "Cả trung tâm"


def _tone(told: str) -> str:
    """What became of the last tone asked for: `<id>:<how>`."""
    how = told.partition(":")[2]
    return "" if not how else "đã phát" if how == "played" else "KHÔNG phát được"


async def list_calls(parts: Parts, hall: Hall, most: int = 12) -> list[Carried]:
    """The last calls of the center, newest first, with who has carried them out."""
    calls = [(zone, call) for zone in hall.plan.zones for call in hall.zone_calls(zone.id).calls]
    return await carried_out(parts, hall, sorted(calls, key=lambda pair: -pair[1].at)[:most])


async def carried_out(parts: Parts, hall: Hall, calls: list[tuple[ZonePlan, Call]]) -> list[Carried]:
    """Who has carried out each of these calls; of TVs, of those that are there."""
    names = [(zone.voice_id, call.seq) for zone, call in calls]
    told = await parts.presence.told(hall.plan.id, names)
    devices = hall.devices()
    there = await parts.presence.present([device.id for device in devices])
    carried = []
    for (zone, call), name in zip(calls, names, strict=True):
        did = told[name]
        tvs = {d.id for d in devices if d.kind is DeviceKind.TV and d.is_of(zone.id)} & (there | did)
        speakers = {d.id for d in devices if d.kind is DeviceKind.SPEAKER}
        boards = {d.id for d in devices if d.kind is DeviceKind.BOARDS}
        planned = hall.plan.counter(call.counter)
        has_board = planned is not None and planned.board is not None and boards
        holder = hall.voice(zone.voice_id).holder
        spoken = bool(did & speakers) or (holder in did)
        carried.append(
            Carried(
                number=call.number,
                counter=call.counter,
                zone=zone.name,
                at=f"{hall.plan.local(call.at):%H:%M:%S}",
                tvs=len(tvs & did),
                of_tvs=len(tvs),
                board=("✓" if did & boards else "✗") if has_board else "–",
                spoken=("✓" if spoken else "✗") if holder or spoken else "–",
            )
        )
    return carried
