"""How the accounts' pages name things: roles, moments, sessions with the device each began on."""

from dataclasses import dataclass

from app.accounts.sessions import Seen
from app.accounts.staff import Role
from app.domain.plan import Millis, Plan

ROLES = (
    (Role.CLERK, "Nhân viên quầy", "Clerk"),
    (Role.SUPERVISOR, "Điều phối", "Supervisor"),
    (Role.OPERATOR, "Quản trị", "Operator"),
    (Role.AUDITOR, "Kiểm tra", "Auditor"),
)

BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A session as it is listed."""

    id: str
    agent: str
    address: str
    began: str
    used: str
    is_this: bool = False


def moment(plan: Plan, at: Millis) -> str:
    return f"{plan.local(at):%H:%M %d/%m/%Y}" if at else ""


def signed(plan: Plan, sessions: list[Seen], this: str = "") -> list[Signed]:
    """Sessions as pages list them; `this` is the id of the one that asks."""
    return [
        Signed(
            one.id,
            device_words(one.session.agent),
            one.session.address,
            moment(plan, one.session.began),
            moment(plan, max(one.used, one.session.began)),
            one.id == this,
        )
        for one in sessions
    ]


def device_words(agent: str) -> str:
    """A browser and its system as people know them, from what a browser says of itself."""
    browser = next((name for word, name in BROWSERS if word in agent), agent[:40] or "không rõ")
    system = next((name for word, name in SYSTEMS if word in agent), "")
    return f"{browser} · {system}" if system else browser
