"""The only builder: puts the parts of each process together. Imported by `cli` alone."""

import asyncio
import contextlib
import functools
import logging
import socket
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from app.accounts.citizens import Citizens
from app.accounts.claims import Claims
from app.accounts.codes import Codes
from app.accounts.day_keys import DayKeys
from app.accounts.openid import Provider
from app.accounts.pairing import Pairing
from app.accounts.sessions import Sessions
from app.accounts.staff import Staff
from app.accounts.tries import Tries
from app.center import Centers
from app.devices.presence import Presence
from app.domain.commands import SetPlan
from app.domain.events import DeviceRevoked
from app.domain.hall import Hall
from app.domain.plan import Millis, Plan
from app.domain.refusals import NotPaired, NotSignedIn, UnknownCenter
from app.feed import Feed, Heard
from app.gsm import Gsm
from app.live.host import STATE
from app.live.hub import Hub
from app.live.limits import Limits
from app.live.pulse import Pulse
from app.notices.gateway import BadGateway, Form, read_form
from app.notices.meter import Meter
from app.notices.notices import Notices
from app.notices.push import Push, Subscriptions, public_of
from app.notices.record import Record
from app.notices.senders import (
    MailSender,
    SmsSender,
    open_mail,
    open_sms,
)
from app.plans import plan_text
from app.report.reports import Reports
from app.seals import Seals
from app.settings import PREFIX, BadSettings, Settings
from app.sounds import FALLBACK_ENGLISH, Sounds, prepared_pack
from app.store.client import connect
from app.store.days import Days
from app.store.journal import Store
from app.store.private import private_server
from app.stories import Stories
from app.ticker import Ticker
from app.topics import Topics
from app.web.answers import CLOSE, nearest
from app.web.media_files import MediaFiles
from app.web.parts import Parts
from app.web.plan_drafts import Drafts
from app.web.routes import make_app
from app.web.static import find_static, make_pages
from app.web.telling import Teller
from app.web.watching import Watch
from app.web.welcome import Welcome
from app.workers import Workers, tell_ready

SOCKETS_PER_ACCOUNT = 50  # of one device, of one member of staff: tabs, and those that have not been noticed gone
BACKLOG = 4096  # connections that come at once; the system's limit (net.core.somaxconn) may be lower
KERNEL_HOLDS = 64 * 1024  # bytes; the kernel doubles it for its own account

log = logging.getLogger(__name__)


def now() -> Millis:
    return time.time_ns() // 1_000_000


@contextlib.asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The store the settings name, or a private one. Raises BadSettings when it would lose what it answers."""
    async with contextlib.AsyncExitStack() as stack:
        url = settings.store_url or await stack.enter_async_context(private_server(settings.data))
        redis = await stack.enter_async_context(connect(url))
        store = Store(redis)
        if not await store.durable():
            raise BadSettings(["the store must have appendonly yes and appendfsync always (redis.conf)"])
        yield store


def make_web(settings: Settings) -> Starlette:
    """The web server's application; it opens the store when it starts and closes it when it stops."""
    static = find_static()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, object]]:
        async with open_store(settings) as store:
            parts = await _parts(settings, store, app)
            ticker = Ticker(store.redis, parts.centers, parts.feed, parts.presence, parts.sounds.lengths)
            pulse = Pulse()
            running = (parts.feed, ticker, pulse, parts.watch, *parts.topics.paces)
            tasks = [asyncio.create_task(part.run()) for part in running]
            try:
                yield {STATE: Welcome(app, parts, pulse)}
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await parts.teller.close()
                await parts.centers.close()

    return make_app(settings.origin, static, lifespan)


def listen(settings: Settings, among_many: bool = False) -> socket.socket:
    """The socket the web server listens on; `among_many` processes may listen at the same port. What the kernel
    holds for a viewer who does not read is bounded here: connections take it over."""
    family, kind, _, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_HOLDS)
        if among_many:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(address)
    except BaseException:
        listening.close()
        raise
    return listening


def web_config(settings: Settings) -> uvicorn.Config:
    """How the web server runs; tests run it the same way."""
    return uvicorn.Config(
        make_web(settings),
        host=settings.host,
        port=settings.port,
        http="app.live.door:Door",  # lets websockets in by itself
        ws="app.live.door:Upgrade",
        proxy_headers=False,  # app.web.access believes trusted proxies only
        server_header=False,
        access_log=False,
        lifespan="on",
        log_config=None,
        backlog=BACKLOG,
        callback_notify=_ready,
        timeout_graceful_shutdown=3,
    )


async def _ready() -> None:
    tell_ready()


async def _parts(settings: Settings, store: Store, app: Starlette) -> Parts:
    pack = await asyncio.to_thread(prepared_pack, settings.data, settings.voice)
    english = functools.cache(lambda: prepared_pack(settings.data, settings.voice_english, FALLBACK_ENGLISH))
    feed = Feed(store)
    seals = Seals(settings.secret)
    topics = Topics(feed, seals)
    tries = Tries(store.redis)
    feed.listen(lambda heard: _close_revoked(heard, feed, topics.hub))
    await feed.start()
    sessions, staff = Sessions(store.redis), Staff(store.redis, tries)
    meter, openid = open_meter(settings, store), open_provider(settings, store)
    pages = make_pages(app.state.static)
    pages.globals["openid_name"] = settings.openid_name if openid else ""
    parts = Parts(
        settings=settings,
        clock=now,
        centers=Centers(store, now),
        feed=feed,
        topics=topics,
        seals=seals,
        sessions=sessions,
        citizens=Citizens(store.redis, tries),
        codes=Codes(store.redis, tries, seals),
        teller=Teller(*open_senders(settings), meter),
        openid=openid,
        claims=Claims(store.redis),
        day_keys=DayKeys(store.redis, seals),
        staff=staff,
        pairing=Pairing(store.redis, tries),
        presence=Presence(store.redis),
        tries=tries,
        sounds=Sounds(pack, english),
        media=MediaFiles(settings.data),
        stories=Stories(Days(store), settings.data / "archive"),
        reports=Reports(store, settings.reports),
        limits=Limits(settings.sockets, settings.sockets_per_address, SOCKETS_PER_ACCOUNT),
        pages=pages,
        store=store,
        record=Record(store.redis),
        meter=meter,
        subscriptions=Subscriptions(store.redis),
        push_key=public_of(seals.push()),
        drafts=Drafts(store.redis),
        watch=Watch(staff, sessions, nearest(CLOSE, NotSignedIn())),
    )
    app.state.parts = parts
    return parts


def _close_revoked(heard: Heard, feed: Feed, hub: Hub) -> None:
    """Close the sockets of devices that were shut out; after a new epoch, of all that are not known any more."""
    revoked = {e.device for entry in heard.entries for e in entry.events if isinstance(e, DeviceRevoked)}
    if not revoked and heard.names is not None:
        return
    known = {device.id for center in feed.centers() for device in feed.hall(center).devices()}
    for reader in hub.readers():
        if reader.mark and reader.mark not in known:
            reader.close(nearest(CLOSE, NotPaired()))


@contextlib.asynccontextmanager
async def make_workers(settings: Settings, count: int, environment: Mapping[str, str]) -> AsyncIterator[Workers]:
    """The keeper of several web processes. A private store is its own, so that it outlives each of them."""
    async with contextlib.AsyncExitStack() as stack:
        url = settings.store_url or await stack.enter_async_context(private_server(settings.data))
        yield Workers(count, {**environment, f"{PREFIX}STORE_URL": url})


@contextlib.asynccontextmanager
async def make_notices(settings: Settings) -> AsyncIterator[Notices]:
    """The notices process with its store and senders."""
    async with open_store(settings) as store:
        citizens = Citizens(store.redis, Tries(store.redis))
        sms, mail = open_senders(settings, wants_reports=True)
        seals = Seals(settings.secret)
        push = Push(seals.push(), settings.origin)
        try:
            meter = open_meter(settings, store)
            yield Notices(store, citizens, seals, settings.origin, sms, mail, now, meter, push)
        finally:
            await sms.close()
            await push.close()


def open_meter(settings: Settings, store: Store) -> Meter:
    return Meter(store.redis, settings.sms_price, settings.sms_a_day)


def open_senders(settings: Settings, wants_reports: bool = False) -> tuple[SmsSender, MailSender]:
    """The senders of SMS and e-mail that the settings name; raises BadSettings (the gateway's file)."""
    sms = open_modem(settings, wants_reports) or open_sms(
        settings.sms_url, gateway_form(settings), settings.sms_secret
    )
    return sms, open_mail(settings.mail_url, settings.mail_from)


def open_modem(settings: Settings, wants_reports: bool = False) -> Gsm | None:
    """The modem that `gsm:` names, such as gsm:/dev/ttyUSB2?baud=115200; raises BadSettings."""
    scheme, _, port = settings.sms_url.partition(":")
    if scheme != "gsm":
        return None
    try:
        return Gsm(port.removeprefix("//"), wants_reports)
    except ValueError as fault:
        raise BadSettings([f"GOISO_SMS_URL: {fault}"]) from None


def gateway_form(settings: Settings) -> Form | None:
    """What the settings' file says of the gateway of SMS; raises BadSettings."""
    file = settings.sms_gateway
    try:
        return read_form(Path(file).read_text(encoding="utf-8")) if file else None
    except (OSError, UnicodeDecodeError, BadGateway) as fault:
        raise BadSettings([f"GOISO_SMS_GATEWAY: {file}: {fault}"]) from None


def open_provider(settings: Settings, store: Store) -> Provider | None:
    """The other portal to sign in at, if the settings name one."""
    if not settings.openid_issuer:
        return None
    known = (settings.openid_issuer, settings.openid_client, settings.openid_secret)
    return Provider(store.redis, *known, f"{settings.origin}/openid/back")


@contextlib.asynccontextmanager
async def open_staff(settings: Settings) -> AsyncIterator[tuple[Staff, list[str]]]:
    """The staff accounts, and the centers there are."""
    async with open_store(settings) as store:
        yield Staff(store.redis, Tries(store.redis)), await store.centers()


async def load_plan(settings: Settings, plan: Plan) -> str:
    """Put a plan in force or found its center; what was done, in one sentence."""
    async with open_store(settings) as store:
        centers = Centers(store, now)
        try:
            if plan.id not in await store.centers():
                await centers.found(plan)
                return f"{plan.name} begins with this plan."
            done = await centers.do(plan.id, SetPlan("system", plan))
            return f"{plan.name}: the plan is in force from {done.position}."
        finally:
            await centers.close()


async def read_plan_text(settings: Settings, center: str) -> str:
    """The plan in force as TOML; raises UnknownCenter."""
    async with open_store(settings) as store:
        loaded = await store.load(center)
        if loaded is None:
            raise UnknownCenter(center=center)
        return plan_text(Hall(loaded[1]).plan)
