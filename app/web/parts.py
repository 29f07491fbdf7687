"""What every route needs, put together by `app.wiring` and found at `request.app.state.parts`."""

from dataclasses import dataclass

from jinja2 import Environment
from starlette.requests import HTTPConnection

from app.accounts.citizens import Citizens
from app.accounts.claims import Claims
from app.accounts.codes import Codes
from app.accounts.day_keys import DayKeys
from app.accounts.openid import Provider
from app.accounts.pairing import Pairing
from app.accounts.sessions import Sessions
from app.accounts.staff import Staff
from app.accounts.tries import Tries
from app.center import Centers, Clock
from app.devices.presence import Presence
from app.feed import Feed
from app.live.limits import Limits
from app.notices.meter import Meter
from app.notices.push import Subscriptions
from app.notices.record import Record
from app.report.reports import Reports
from app.seals import Seals
from app.settings import Settings
from app.sounds import Sounds
from app.store.journal import Store
from app.stories import Stories
from app.topics import Topics
from app.web.media_files import MediaFiles
from app.web.plan_drafts import Drafts
from app.web.telling import Teller
from app.web.watching import Watch


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    clock: Clock
    centers: Centers
    feed: Feed
    topics: Topics
    seals: Seals
    sessions: Sessions
    citizens: Citizens
    codes: Codes
    teller: Teller
    openid: Provider | None
    claims: Claims
    day_keys: DayKeys
    staff: Staff
    pairing: Pairing
    presence: Presence
    tries: Tries
    sounds: Sounds
    media: MediaFiles
    stories: Stories
    reports: Reports
    limits: Limits
    pages: Environment
    store: Store
    record: Record
    meter: Meter
    subscriptions: Subscriptions
    push_key: str
    drafts: Drafts
    watch: Watch


def parts_of(connection: HTTPConnection) -> Parts:
    parts: Parts = connection.app.state.parts
    return parts
