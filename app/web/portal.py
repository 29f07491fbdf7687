"""The citizen's steps once signed in: center, zone, service, number; and *my numbers*."""

import secrets
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.citizens import Citizen
from app.center import Done
from app.domain.commands import Issue
from app.domain.hall import Hall
from app.domain.issuing import next_opening
from app.domain.plan import Channel, Plan
from app.domain.refusals import (
    AlreadyHeld,
    BadRequest,
    DayIsClosed,
    IssueNotOpen,
    LastNumberGone,
    NotSignedIn,
    NoWindows,
    NumbersUsedUp,
    QuotaUsedUp,
    Refusal,
    RequestReused,
    StoreAway,
    TooManyNumbers,
    UnknownGroup,
    UnknownService,
)
from app.domain.states import LIVE
from app.notices.texts import clock, plain
from app.topics import TopicName
from app.web.access import citizen_of, signed_in
from app.web.answers import page
from app.web.claiming import issue_to
from app.web.offers import offers
from app.web.parts import Parts, parts_of

SAID_THERE = (
    AlreadyHeld,
    DayIsClosed,
    IssueNotOpen,
    LastNumberGone,
    NoWindows,
    NumbersUsedUp,
    QuotaUsedUp,
    RequestReused,
    StoreAway,
    TooManyNumbers,
    UnknownGroup,
    UnknownService,
)  # refusals of a number that are said over the grid of services
SEARCHED = 6  # centers: of more one is looked for by its name
TAKES = 40  # numbers asked for by one account in ten minutes: each leaves something in the store


def safe_next(text: str) -> str:
    """A path of ours to go on to, or the list of centers: never another site."""
    inside = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if inside else "/centers"


async def field(request: Request, name: str, most: int = 300) -> str:
    """A field of the form sent; raises BadRequest when it is missing, a file or too long."""
    value = (await request.form(max_files=0)).get(name)
    if not isinstance(value, str) or len(value) > most:
        raise BadRequest(what=name)
    return value


async def home(request: Request) -> Response:
    return await page(request, "portal/home.html")


async def privacy(request: Request) -> Response:
    """What is kept of a citizen, for how long, and who sees it."""
    return await page(request, "portal/privacy.html")


def opening(parts: Parts, hall: Hall) -> tuple[bool, str]:
    """Whether numbers are issued now, and if not, when they will be ("07:00 ngày 23/11/2026")."""
    now = max(parts.clock(), hall.now)
    opens = next_opening(hall, now)
    if opens is None:
        return False, ""
    return opens == hall.plan.local(now), clock(opens)


async def centers(request: Request) -> Response:
    """Danh sách trung tâm hành chính công; of many, those whose name holds `q`, typed with or without marks."""
    parts = parts_of(request)
    asked = request.query_params.get("q", "")[:80]
    wanted = plain(asked).casefold().split()
    listed = []
    for center in parts.feed.centers():
        hall = parts.feed.hall(center)
        is_open, opens = opening(parts, hall)
        listed.append({"id": center, "name": hall.plan.name, "open": is_open, "opens": opens})
    is_many = len(listed) > SEARCHED
    listed = [one for one in listed if all(word in plain(str(one["name"])).casefold() for word in wanted)]
    listed.sort(key=lambda center: (str(center["name"]).find("tỉnh") < 0, center["name"]))
    return await page(request, "portal/centers.html", centers=listed, asked=asked, is_many=is_many)


async def zones(request: Request) -> Response:
    """Danh sách khu vực."""
    hall = parts_of(request).feed.hall(request.path_params["center"])
    listed = [
        {
            "id": zone.id,
            "name": zone.name,
            "services": len(services := hall.plan.services_in(zone.id)),
            "waiting": sum(hall.waiting(service.id) for service in services),
        }
        for zone in hall.plan.zones
    ]
    return await page(request, "portal/zones.html", center=_named(hall.plan), zones=listed)


async def services(request: Request) -> Response:
    """Danh sách lĩnh vực of a zone, live."""
    group = request.query_params.get("group", "")
    return await _services(request, request.path_params["center"], request.path_params["zone"], group)


async def _services(
    request: Request, center: str, zone_id: str, group_id: str, refusal: Refusal | None = None
) -> Response:
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    zone = hall.zone(zone_id)
    topic = TopicName("services", center, zone_id)
    rows, position = parts.topics.paint(topic)
    is_open, opens = opening(parts, hall)
    now = {offer.id: offer for offer in offers(hall, Channel.WEB, max(parts.clock(), hall.now), zone_id)}
    citizen = await citizen_of(request)
    chosen = request.query_params.get("chosen", "")
    held = await _held(parts, center, citizen) if citizen else {}
    return await page(
        request,
        "portal/services.html",
        refusal,
        account=citizen,
        center=_named(hall.plan),
        zone={"id": zone.id, "name": zone.name},
        open=is_open,
        opens=opens,
        groups=[{"id": group.id, "name": group.name} for group in hall.plan.order.groups],
        group=hall.plan.group(group_id),
        chosen=next((one.name for one in hall.plan.services_in(zone_id) if one.id == chosen), ""),
        services=[
            {"id": (service := name.removeprefix("service/")), "mine": held.get(service, ""), "now": now[service]}
            | row
            for name, row in rows.items()
        ],
        request=secrets.token_urlsafe(12),
        topic=str(topic),
        position=str(position),
        signed_in=citizen is not None,
    )


async def _held(parts: Parts, center: str, citizen: Citizen) -> dict[str, str]:
    """The numbers of today with which a citizen still waits, by service."""
    hall = parts.feed.hall(center)
    tickets = hall.held_by(await parts.day_keys.holder(center, hall.day.date, citizen.id))
    return {ticket.service: ticket.number for ticket in tickets if ticket.state in LIVE}


async def take(request: Request) -> Response:
    """POST /centers/<center>/tickets: take a number for the citizen who is signed in."""
    parts = parts_of(request)
    center = request.path_params["center"]
    zone, service = await field(request, "zone", 40), await field(request, "service", 40)
    group = await field(request, "group", 40) if "group" in await request.form(max_files=0) else ""
    try:
        citizen = await signed_in(request)
        request_id = await field(request, "request", 80)
        done = await take_number(parts, center, citizen, service, request_id, group)
    except NotSignedIn:
        chosen = urlencode({"chosen": service} | ({"group": group} if group else {}))
        onward = quote(f"/centers/{center}/zones/{zone}?{chosen}")
        return RedirectResponse(f"/sign-in?next={onward}", 303)
    except SAID_THERE as refusal:
        return await _services(request, center, zone, group, refusal)
    await parts.feed.reach(center, done.position)
    if not is_shown(parts, center, done):
        return await _services(request, center, zone, group, StoreAway())
    path = parts.seals.path(center, parts.feed.hall(center).day.date, done.answer.number)
    return RedirectResponse(f"{path}?taken=1", 303)


async def take_number(
    parts: Parts, center: str, citizen: Citizen, service: str, request_id: str, group: str = ""
) -> Done:
    """Issue a number to a citizen. The contact is kept first, so that a number never lacks whom to tell."""
    if not 8 <= len(request_id) <= 80:
        raise BadRequest(what="request")
    hall = parts.feed.hall(center)
    await parts.tries.spend(f"take:{citizen.id}", TAKES)
    contact = parts.seals.contact(citizen.id, request_id)
    await parts.citizens.keep_contact(contact, citizen, center, hall.plan.contact_days)
    command = Issue(
        by="citizen",
        request=parts.seals.request(citizen.id, request_id),
        service=service,
        channel=Channel.WEB,
        holder=await parts.day_keys.holder(center, hall.day.date, citizen.id),
        contact=contact,
        group=group,
        organisation=citizen.organisation,
    )
    return await issue_to(parts, citizen.id, center, command)


def is_shown(parts: Parts, center: str, done: Done) -> bool:
    """Whether this process can show a number taken; a store that is slow may leave it behind for a while."""
    shown = parts.feed.shown(center)
    return shown.head.epoch == done.position.epoch and f"ticket/{done.answer.number}" in shown.hall.facts


async def my_numbers(request: Request) -> Response:
    """Số của tôi: today's from the halls, earlier ones by their contacts."""
    parts = parts_of(request)
    citizen = await signed_in(request)
    listed = [number for center in parts.feed.centers() for number in await _today(parts, center, citizen)]
    for contact in await parts.citizens.contacts_of(citizen.id):
        if contact.number and contact.center in parts.feed.centers():
            hall = parts.feed.hall(contact.center)
            if contact.date < hall.day.date:
                listed.append(_listed(hall.plan, contact.number, contact.date, "past", "", "", ""))
    return await page(request, "portal/numbers.html", account=citizen, tickets=listed)


async def _today(parts: Parts, center: str, citizen: Citizen) -> list[dict[str, str]]:
    hall = parts.feed.hall(center)
    day = hall.day.date
    holder = await parts.day_keys.holder(center, day, citizen.id)
    return [
        _listed(
            hall.plan,
            ticket.number,
            day,
            ticket.state.value,
            hall.service(ticket.service).name,
            parts.seals.path(center, day, ticket.number),
            f"{hall.plan.local(ticket.arrive_before):%H:%M}",
        )
        for ticket in reversed(hall.held_by(holder))
    ]


def _listed(
    plan: Plan, number: str, day: str, state: str, service: str, link: str, arrive_time: str
) -> dict[str, str]:
    year, month, date = day.split("-")
    return {
        "number": number,
        "service": service,
        "center": plan.name,
        "date": f"{date}/{month}/{year}",
        "state": state,
        "link": link,
        "arrive_time": arrive_time,
    }


def _named(plan: Plan) -> dict[str, str]:
    return {"id": plan.id, "name": plan.name}
