"""The modem on the page of notices, in words: its network, signal and credit, or what is wrong with it."""

from dataclasses import dataclass

from app.domain.plan import Plan
from app.notices.cable import Kept, Look, read_kept
from app.web.parts import Parts

STRONG, FAIR = -75, -95  # dBm; below the latter SMS begin to fail
REGISTRATIONS = {
    "home": "Đã vào mạng",
    "roaming": "Đã vào mạng, chuyển vùng",
    "searching": "Đang tìm mạng",
    "denied": "Nhà mạng từ chối thẻ SIM",
    "none": "Không vào mạng",
}
NOBODY_ASKS = "Chưa biết modem thế nào: goiso notices không chạy, hoặc vừa mới chạy."
NO_NETWORK = "Modem chưa vào mạng: SMS không đi được."


@dataclass(frozen=True, slots=True)
class Shown:
    """`warning`: what must be seen to, with the `fault` as the modem's driver says it. `facts`: what and how, by
    its last answer. `asked`, `answered`: the times, "" for never."""

    warning: str
    fault: str
    facts: tuple[tuple[str, str], ...]
    asked: str
    answered: str


async def show_modem(parts: Parts, plan: Plan) -> Shown | None:
    """None where SMS do not go by a modem."""
    if not parts.settings.sms_url.startswith("gsm:"):
        return None
    kept = await read_kept(parts.store.redis)
    if kept is None:
        return Shown(NOBODY_ASKS, "", (), "", "")
    asked, answered = (f"{plan.local(at):%H:%M:%S}" if at else "" for at in (kept.asked_at, kept.answered_at))
    return Shown(_warning(kept), kept.fault, _facts(kept.look) if kept.look else (), asked, answered)


def _warning(kept: Kept) -> str:
    if kept.fault:
        return "Modem không trả lời."
    return "" if kept.look and kept.look.is_registered else NO_NETWORK


def _facts(look: Look) -> tuple[tuple[str, str], ...]:
    network = REGISTRATIONS.get(look.registration, "Không rõ")
    facts = [("Mạng", f"{network} · {look.operator}" if look.operator else network), ("Sóng", _signal(look.dbm))]
    if look.credit is not None:
        facts.append(("Tài khoản", look.credit or "nhà mạng không cho biết"))
    return tuple(facts)


def _signal(dbm: int | None) -> str:
    """The number, with a minus that is as wide as it should be, and a word."""
    if dbm is None:
        return "không rõ"
    word = "mạnh" if dbm >= STRONG else "vừa" if dbm >= FAIR else "yếu"
    return f"\N{MINUS SIGN}{-dbm} dBm · {word}"
