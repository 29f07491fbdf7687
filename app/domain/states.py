"""The states and kinds that facts are told in: of a ticket, a counter, an announcement, a device."""

from enum import IntEnum, StrEnum


class TicketState(StrEnum):
    """`aside`: called before its time while its holder was away, kept for him; `parked`: put away by a clerk, to
    be taken up again. The last four are ends."""

    WAITING = "waiting"
    ASIDE = "aside"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    FINISHED = "finished"
    ABSENT = "absent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LIVE = frozenset(list(TicketState)[:-4])  # all but the four ends
AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})


class Lane(IntEnum):
    """Within a queue: those put in front, the priority groups, all others."""

    FRONT = 0
    FAVOURED = 1
    ORDINARY = 2


class CounterState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class SayState(StrEnum):
    """An announcement is planned for its slot, taken back before it, or shown but not spoken."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    SILENT = "silent"


class DeviceKind(StrEnum):
    TV = "tv"
    KIOSK = "kiosk"
    SPEAKER = "speaker"
    BOARDS = "boards"
    KEYPADS = "keypads"
    RATE = "rate"


class SayKind(StrEnum):
    """A call, or a sentence that takes one back which was heard already."""

    CALL = "call"
    RETRACT = "retract"


class Reason(StrEnum):
    """The rule by which a number was called."""

    FIRST_COME = "first-come"
    FAVOURED = "favoured"
    ORDINARY = "ordinary"
    HEAD_START = "head-start"
    OVERTAKEN = "overtaken"
    IN_FRONT = "in-front"
    SENT_HERE = "sent-here"
    BY_NUMBER = "by-number"
    TAKEN_UP = "taken-up"
