"""What the API takes and gives, as `/openapi.json` describes it."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.domain.change import Outcome
from app.domain.states import DeviceKind
from app.views.slip import Slip

Short = Annotated[str, Meta(min_length=1, max_length=80)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class TakeNumber(msgspec.Struct, forbid_unknown_fields=True):
    """Take a number, as one of a priority group of the plan if `group` names one. `request` is an id of the
    caller's own: a repeat gets the same number. `identity`, from a kiosk only, is the number of the citizen card
    that was scanned there: it is kept as a keyed hash, and the plan's limits hold for whoever it is."""

    service: Short
    request: Annotated[str, Meta(min_length=8, max_length=80)]
    group: Annotated[str, Meta(max_length=40)] = ""
    identity: Annotated[str, Meta(pattern=r"^([0-9]{12})?$")] = ""


class ReserveNumbers(msgspec.Struct, forbid_unknown_fields=True):
    """Keep the next `count` numbers of a service for paper; `request` as when a number is taken."""

    service: Short
    request: Annotated[str, Meta(min_length=8, max_length=80)]
    count: int


class EnterNumber(msgspec.Struct, forbid_unknown_fields=True):
    """A number kept for paper was given `at` a moment (ms since 1970); its holder waits, or was `served` since."""

    number: Annotated[str, Meta(max_length=8)]
    at: int
    group: Annotated[str, Meta(max_length=40)] = ""
    served: bool = False


class ProveHolder(msgspec.Struct, forbid_unknown_fields=True):
    """A number of `day` (ISO) is concerned; its holder shows the check code, or the seal of its link."""

    day: Day
    code: Annotated[str, Meta(max_length=12)] = ""
    seal: Annotated[str, Meta(max_length=40)] = ""


class RateVisit(msgspec.Struct, forbid_unknown_fields=True):
    """The visit of a number of `day` (ISO) gets a `face` from 1 (sad) to 4, perhaps with a reason: wait, manner,
    guidance, result, place. Code and seal as to prove the holder; a counter's tablet needs neither."""

    day: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    face: int
    reason: Annotated[str, Meta(max_length=20)] = ""
    code: Annotated[str, Meta(max_length=12)] = ""
    seal: Annotated[str, Meta(max_length=40)] = ""


class PressKey(msgspec.Struct, forbid_unknown_fields=True):
    """A key at a counter, with the turn its clerk saw and the panel it was pressed at (`seat`); what else it takes
    depends on the key."""

    turn: Annotated[int, Meta(ge=0)]
    reason: Annotated[str, Meta(max_length=80)] | None = None
    number: Annotated[str, Meta(max_length=8)] | None = None
    service: Annotated[str, Meta(max_length=40)] | None = None
    to: Annotated[str, Meta(max_length=4)] | None = None
    front: bool | None = None
    note: Annotated[str, Meta(max_length=80)] | None = None
    outcome: Annotated[str, Meta(max_length=40)] | None = None
    clerk: Annotated[str, Meta(max_length=80)] | None = None
    services: Annotated[list[Short], Meta(max_length=100)] | None = None
    seat: Annotated[str, Meta(max_length=40)] | None = None


class PressKeypad(msgspec.Struct, forbid_unknown_fields=True):
    """A key of the keypad at an address of the line, with the turn the keypad was told; `pause` ends a pause too,
    `transfer` names a counter."""

    keypad: Annotated[int, Meta(ge=1, le=99)]
    turn: Annotated[int, Meta(ge=0)]
    key: Literal["next", "recall", "absent", "pause", "transfer"]
    to: Annotated[int, Meta(ge=0, le=99)] = 0


class BeginPairing(msgspec.Struct, forbid_unknown_fields=True):
    """A device asks for a code to show."""

    kind: DeviceKind


class Claim(msgspec.Struct, forbid_unknown_fields=True):
    """A device asks whether it was paired."""

    claim: Short


class EnterKey(msgspec.Struct, forbid_unknown_fields=True):
    """A device that was given its key (`<id>.<token>`) in its address."""

    kind: DeviceKind
    key: Annotated[str, Meta(max_length=120)]


class PairCode(msgspec.Struct, forbid_unknown_fields=True):
    """Staff let in the device that shows a code; `zone` "" is the whole center, `also` more zones of a TV."""

    code: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    name: Short
    zone: Annotated[str, Meta(max_length=40)] = ""
    also: Annotated[list[Short], Meta(max_length=20)] = []


class OfferVoice(msgspec.Struct, forbid_unknown_fields=True):
    """A device can speak for a voice, or no more."""

    voice: Short
    ready: bool


class TellTold(msgspec.Struct, forbid_unknown_fields=True):
    """A device has carried an announcement out."""

    voice: Short
    seq: Annotated[int, Meta(ge=1)]


class CommandAnswer(msgspec.Struct):
    """What became of a command, and the position from which it can be seen; `may_be_late`: the number was given,
    but may not be called before closing."""

    outcome: Outcome
    number: str
    turn: int
    position: str
    may_be_late: bool = False
    ticket: Slip | None = None


class WhyCandidate(msgspec.Struct):
    """A number that could have been called; service and group by their names, `waited` in ms."""

    number: str
    service: str
    waited: int
    group: str


class WhyCalled(msgspec.Struct):
    """Why a number was called: in a sentence, and by rule (`reason`), moment (ms since 1970), counter, how many
    waited, who could have been called. A number not called yet has the sentence only."""

    number: str
    sentence: str
    reason: str = ""
    at: int = 0
    counter: str = ""
    waiting: int = 0
    candidates: list[WhyCandidate] = []


class CallCarried(msgspec.Struct):
    """The present call of a counter, and who has carried it out: `tvs` of the `of_tvs` that are there; `board` and
    `spoken` are ✓, ✗, or – where there is none. `number` is "" when nobody is called."""

    number: str = ""
    tvs: int = 0
    of_tvs: int = 0
    board: str = "–"
    spoken: str = "–"


class PairingCode(msgspec.Struct):
    """What a device shows (`code`) and keeps (`claim`); `expires` in ms since 1970."""

    id: str
    code: str
    claim: str
    expires: int


class PairedPage(msgspec.Struct):
    """Where a paired device goes on: its page, "" while it waits; `key` for a process on site, once."""

    page: str
    key: str = ""


class WaitingDevice(msgspec.Struct):
    """The device that shows a code, as staff see it before they agree."""

    kind: DeviceKind
    address: str
    agent: str


class NewDevice(msgspec.Struct):
    device: str


class ZoneInfo(msgspec.Struct):
    """A zone; `services` by id, in the plan's order."""

    id: str
    name: str
    services: dict[str, str]


class CenterInfo(msgspec.Struct):
    id: str
    name: str
    zones: list[ZoneInfo]


class CenterList(msgspec.Struct):
    centers: list[CenterInfo]


class ServiceNow(msgspec.Struct):
    """A service at this moment: the `wait` in Vietnamese words, "" if it cannot be said; `refused`: why no number
    is given, as refusals are told, or null."""

    id: str
    name: str
    zone: str
    waiting: int
    wait: str = ""
    may_be_late: bool = False
    refused: dict[str, str] | None = None


class ServiceList(msgspec.Struct):
    """The services of a center on its `day` (ISO)."""

    day: str
    services: list[ServiceNow]


class WholeView(msgspec.Struct):
    """The rows of a topic at a position; see docs/live.md."""

    topic: str
    at: str
    whole: dict[str, dict[str, Any]]


class Health(msgspec.Struct):
    """`ok`, or `behind` when the store does not answer; `now` in ms since 1970."""

    state: str
    now: int
