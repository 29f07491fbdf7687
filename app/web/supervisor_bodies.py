"""What supervisors send and get over the API (`app.web.bodies` has everybody else's)."""

from typing import Annotated

import msgspec
from msgspec import Meta

from app.domain.states import DeviceKind
from app.web.bodies import Day, Short


class ChangeIssuing(msgspec.Struct, forbid_unknown_fields=True):
    """Stop, or reopen, the issuing of these services; none named: of all. People are told the `reason`."""

    services: Annotated[list[Short], Meta(max_length=200)] = []
    reason: Annotated[str, Meta(max_length=80)] = ""


class MoveNumber(msgspec.Struct, forbid_unknown_fields=True):
    """Send a number of `day` (ISO) on to a service or a counter (`to`); `changed` is what was seen of it."""

    day: Day
    changed: int
    service: Annotated[str, Meta(max_length=40)] = ""
    to: Annotated[str, Meta(max_length=4)] = ""
    front: bool = False


class StoryStep(msgspec.Struct):
    """Something that happened to a number: when (ms since 1970), who did it, what and why, in Vietnamese and
    English."""

    at: int
    who: str
    what: str
    en: str


class Story(msgspec.Struct):
    """A number of a day from beginning to end. Of today's, how it stands as well: its state, counter, service,
    `changed` (which a move repeats), a sentence."""

    number: str
    day: str
    entries: list[StoryStep]
    state: str = ""
    counter: str = ""
    service: str = ""
    service_id: str = ""
    changed: int = 0
    sentence: str = ""


class DeviceNow(msgspec.Struct):
    """How a device is: whether it is there, whether it makes no sound, when it was seen last (ms since 1970, 0:
    never); `zones` are the zones it is for, all of the center if none."""

    id: str
    kind: DeviceKind
    name: str
    zones: list[str]
    online: bool
    mute: bool
    seen: int


class DeviceStates(msgspec.Struct):
    devices: list[DeviceNow]
