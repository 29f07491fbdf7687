"""Who may follow which topic."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.accounts.staff import Member, Role
from app.domain.facts import DeviceKind
from app.domain.refusals import NotAllowed, NotPaired, NotSignedIn
from app.topics import TopicName
from app.web.access import Paired, device_of, member_of

PUBLIC = {"services", "ticket"}


@dataclass(frozen=True, slots=True)
class Follower:
    """Who is behind a socket or a request: a member of staff, a paired device, both or neither."""

    member: Member | None
    paired: Paired | None


async def follower_of(connection: HTTPConnection) -> Follower:
    return Follower(await member_of(connection), device_of(connection))


def check_may_follow(follower: Follower, topic: TopicName) -> None:
    """Raises NotSignedIn, NotPaired or NotAllowed. Staff may see every screen of their centers."""
    if topic.view in PUBLIC:
        return
    if follower.member and follower.member.may(topic.center, *Role):
        return
    if topic.view == "panel":
        raise NotSignedIn() if follower.member is None else NotAllowed()
    if follower.paired is None:
        raise NotPaired()
    if follower.paired.center != topic.center or not _is_its(follower.paired, topic):
        raise NotAllowed()


def _is_its(paired: Paired, topic: TopicName) -> bool:
    match paired.device.kind:
        case DeviceKind.TV:
            return topic.view == "tv" and topic.key == paired.device.zone
        case DeviceKind.SPEAKER:
            return topic.view == "speaker"
        case DeviceKind.BOARDS:
            return topic.view == "board"
        case DeviceKind.KIOSK:
            return False
