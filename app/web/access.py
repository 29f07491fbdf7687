"""Who is asking, and from where: sessions, device tokens, the address behind trusted proxies."""

import contextlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.accounts.citizens import Citizen
from app.accounts.sessions import LIFETIME_SECONDS, hash_token
from app.accounts.staff import Member, Role
from app.accounts.staff import signed_in as signed_in_staff
from app.domain.facts import Device
from app.domain.plan import Plan
from app.domain.refusals import NotAllowed, NotPaired, NotSignedIn, WrongAddress
from app.domain.states import DeviceKind
from app.feed import Feed
from app.settings import Settings
from app.web.parts import parts_of

COOKIES = {"citizen": "goiso_session", "staff": "goiso_staff", "first": "goiso_first"}
KNOWN_COOKIE = "goiso_known_"  # with a login: somebody has signed in to it from this browser
MOST_KNOWN = 20
DEVICE_COOKIE = "goiso_device_"
DEVICE_SECONDS = 400 * 86_400  # as long as browsers keep a cookie; the token is good until it is revoked

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Paired:
    """A device that has proved itself, and the center it belongs to."""

    center: str
    device: Device


async def citizen_of(connection: HTTPConnection) -> Citizen | None:
    parts = parts_of(connection)
    token = connection.cookies.get(COOKIES["citizen"], "")
    session = await parts.sessions.find("citizen", token)
    citizen = await parts.citizens.find(session.account) if session else None
    if session is None or citizen is None or session.proof != citizen.proof:
        return None
    await parts.sessions.note_used(token, parts.clock())
    return citizen


async def signed_in(connection: HTTPConnection) -> Citizen:
    """The citizen who asks; raises NotSignedIn."""
    if citizen := await citizen_of(connection):
        return citizen
    raise NotSignedIn()


async def member_of(connection: HTTPConnection) -> Member | None:
    parts = parts_of(connection)
    token = connection.cookies.get(COOKIES["staff"], "")
    member = await signed_in_staff(parts.sessions, parts.staff, "staff", token)
    if member:
        await parts.sessions.note_used(token, parts.clock())
    return member


async def staff_of(connection: HTTPConnection) -> Member:
    """The member of staff who asks, whatever the roles; raises NotSignedIn."""
    if member := await member_of(connection):
        return member
    raise NotSignedIn()


async def newcomer_of(connection: HTTPConnection) -> Member | None:
    """Who has signed in with a first password and has to choose his own."""
    parts = parts_of(connection)
    token = connection.cookies.get(COOKIES["first"], "")
    return await signed_in_staff(parts.sessions, parts.staff, "first", token)


async def staff_at(connection: HTTPConnection, center: str, *roles: Role) -> Member:
    """The member of staff who asks, who holds one of the roles there; raises NotSignedIn, NotAllowed."""
    member = await staff_of(connection)
    if not member.may(center, *roles):
        raise NotAllowed()
    return member


async def begin_session(
    connection: HTTPConnection, response: Response, kind: str, account: str, proof: str = ""
) -> None:
    """Sign somebody in: a new token, never one that came with the request."""
    parts = parts_of(connection)
    if old := connection.cookies.get(COOKIES[kind]):
        await parts.sessions.end(old)
    agent = connection.headers.get("user-agent", "")
    here = address(connection) if kind == "staff" else ""  # of citizens it is not kept
    token = await parts.sessions.begin(kind, account, proof, agent, here, parts.clock())
    set_cookie(parts.settings, response, COOKIES[kind], token, LIFETIME_SECONDS[kind])


async def end_session(connection: HTTPConnection, response: Response, kind: str) -> None:
    if token := connection.cookies.get(COOKIES[kind]):
        await parts_of(connection).sessions.end(token)
    response.delete_cookie(COOKIES[kind])


def known_device(connection: HTTPConnection, login: str) -> str:
    """The name of the browser if somebody has signed in to this account from it before, else ""."""
    name, _, seal = connection.cookies.get(KNOWN_COOKIE + login, "").partition(".")
    return name if name and parts_of(connection).seals.is_known(seal, login, name) else ""


def remember_device(connection: HTTPConnection, response: Response, login: str) -> None:
    """Know this browser again: guesses made elsewhere do not lock the account's owner out here."""
    if not known_device(connection, login):
        parts, name = parts_of(connection), secrets.token_hex(8)
        value = f"{name}.{parts.seals.known(login, name)}"
        known = [one for one in connection.cookies if one.startswith(KNOWN_COOKIE)]
        for old in known[: len(known) - MOST_KNOWN + 1]:  # a browser of many: headers are not to grow for ever
            response.delete_cookie(old)
        set_cookie(parts.settings, response, KNOWN_COOKIE + login, value, DEVICE_SECONDS)


def set_cookie(settings: Settings, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=settings.secure, path="/"
    )


def device_of(connection: HTTPConnection) -> Paired | None:
    """The paired device that asks: it names itself (header, query or bearer key) and shows its token.

    A browser may stand for several devices, so its cookies are named by device; a process on site sends
    `Authorization: Bearer <id>.<token>`.
    """
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        device_id, _, token = key.partition(".")
    else:
        device_id = connection.headers.get("goiso-device") or connection.query_params.get("device", "")
        token = connection.cookies.get(DEVICE_COOKIE + device_id, "")
    return find_device(parts_of(connection).feed, device_id, token)


def find_device(feed: Feed, device_id: str, token: str) -> Paired | None:
    """The device of an id if the token is its own."""
    if not device_id or not token:
        return None
    for center in feed.centers():
        device = feed.hall(center).facts.get(f"device/{device_id}")
        if isinstance(device, Device) and secrets.compare_digest(device.token_hash, hash_token(token)):
            return Paired(center, device)
    return None


def devices_in(connection: HTTPConnection, kind: DeviceKind) -> list[Paired]:
    """The devices of a kind this browser stands for, by its cookies."""
    feed = parts_of(connection).feed
    found = [
        find_device(feed, name.removeprefix(DEVICE_COOKIE), token)
        for name, token in connection.cookies.items()
        if name.startswith(DEVICE_COOKIE)
    ]
    return [paired for paired in found if paired and paired.device.kind is kind]


def paired(connection: HTTPConnection, *kinds: DeviceKind) -> Paired:
    """The device that asks, of one of the kinds; raises NotPaired, and WrongAddress for a kiosk elsewhere."""
    found = device_of(connection)
    if found is None or found.device.kind not in kinds:
        raise NotPaired()
    if found.device.kind is DeviceKind.KIOSK:
        check_kiosk_address(connection, parts_of(connection).feed.hall(found.center).plan)
    return found


def check_kiosk_address(connection: HTTPConnection, plan: Plan) -> None:
    """Raises WrongAddress unless the request comes from an address registered for the center's kiosks."""
    here = address(connection)
    if not any(_in(here, network) for network in _networks(plan.kiosk_addresses)):
        raise WrongAddress(address=here)


def address(connection: HTTPConnection) -> str:
    """Where a request comes from: the peer, or behind trusted proxies the last address not of theirs."""
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.getlist("x-forwarded-for")
    return real_address(peer, forwarded, parts_of(connection).settings.trusted_proxies)


def real_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Walk back from the peer as long as it is a trusted proxy: what such a one says it was sent by, in lines of
    addresses with commas."""
    here = _plain(peer) or peer
    for hop in reversed([hop.strip() for line in forwarded for hop in line.split(",")]):
        if not any(_in(here, network) for network in trusted):
            break
        if not (before := _plain(hop)):
            break
        here = before
    return here


def caller(connection: HTTPConnection) -> str:
    """Whose tries are counted together."""
    return counted_as(address(connection))


def counted_as(here: str) -> str:
    """An IPv4 address as it is, of an IPv6 one its /64, which is one connection."""
    return str(ipaddress.ip_network(f"{here.partition('%')[0]}/64", strict=False)) if ":" in here else here


@lru_cache(4096)
def _plain(text: str) -> str:
    """An address as it is registered (`::ffff:203.0.113.5` is the IPv4 one), or "" when it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _networks(texts: Sequence[str]) -> list[Network]:
    """The networks that can be read; one that cannot lets nobody in."""
    networks: list[Network] = []
    for text in texts:
        with contextlib.suppress(ValueError):
            networks.append(ipaddress.ip_network(text, strict=False))
    return networks


def _in(address: str, network: Network) -> bool:
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False
