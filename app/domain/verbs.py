"""The door of the rule book: which verb answers a command. Called by `app.center` and tests."""

from typing import assert_never

from app.domain import announcing, calling, day, issuing, paper, planning, presence, rate, supervising
from app.domain.change import Change
from app.domain.commands import (
    Cancel,
    CheckInTicket,
    CloseDay,
    Command,
    EnterPaper,
    HideMedium,
    Issue,
    LoseVoice,
    MoveTicket,
    OpenDay,
    PairDevice,
    Postpone,
    Rate,
    ReadyVoice,
    RenameDevice,
    ReopenIssuing,
    ReservePaper,
    RevokeDevice,
    SetBulletin,
    SetPlan,
    SetVoice,
    ShowMedium,
    StopIssuing,
    Tick,
    Told,
)
from app.domain.hall import Hall
from app.domain.plan import Millis
from app.domain.presses import Press


def decide(hall: Hall, command: Command, now: Millis) -> Change:
    """The change a command makes to a hall at `now` (not before `hall.now`), or a `Refusal` raised."""
    match command:
        case Issue():
            return issuing.issue(hall, command, now)
        case ReservePaper():
            return paper.reserve(hall, command, now)
        case EnterPaper():
            return paper.enter(hall, command, now)
        case CheckInTicket():
            return presence.check_in(hall, command, now)
        case Cancel():
            return presence.cancel_ticket(hall, command, now)
        case Postpone():
            return presence.postpone(hall, command, now)
        case Rate():
            return rate.rate(hall, command, now)
        case Press():
            return calling.press(hall, command, now)
        case MoveTicket():
            return supervising.move_ticket(hall, command, now)
        case StopIssuing():
            return supervising.stop_issuing(hall, command, now)
        case ReopenIssuing():
            return supervising.reopen_issuing(hall, command, now)
        case SetPlan():
            return planning.set_plan(hall, command, now)
        case SetVoice():
            return planning.set_voice(hall, command, now)
        case PairDevice():
            return planning.pair_device(hall, command, now)
        case RenameDevice():
            return planning.rename_device(hall, command, now)
        case SetBulletin():
            return planning.set_bulletin(hall, command, now)
        case ShowMedium():
            return planning.show_medium(hall, command, now)
        case HideMedium():
            return planning.hide_medium(hall, command, now)
        case RevokeDevice():
            return planning.revoke_device(hall, command, now)
        case ReadyVoice():
            return announcing.ready_voice(hall, command, now)
        case LoseVoice():
            return announcing.lose_voice(hall, command, now)
        case Told():
            return announcing.told(hall, command, now)
        case OpenDay():
            return day.open_by_hand(hall, command, now)
        case CloseDay():
            return day.close_by_hand(hall, command, now)
        case Tick():
            return day.tick(hall, command, now)
        case _:
            assert_never(command)
