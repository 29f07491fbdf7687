"""What each service of a center gives at this moment: how long one would wait, or why no number is given. Used by
the API (kiosks ask it before they offer a service) and the portal's grid.
"""

from app.domain.estimate import Range
from app.domain.hall import Hall
from app.domain.issuing import offer
from app.domain.plan import MINUTE, Channel, Millis, ServicePlan
from app.domain.refusals import Refusal
from app.web.answers import told
from app.web.bodies import ServiceNow

STEP, LONG_STEP = 5, 30  # minutes; a wait is told in steps: to the minute nobody knows it
SHORT = 90  # minutes; up to here in the small steps
MOST = 10 * 60  # minutes; a longer wait is nobody's guess


def offers(hall: Hall, channel: Channel, now: Millis, zone: str = "") -> list[ServiceNow]:
    """The services of a zone, or of the center, in the plan's order."""
    services = hall.plan.services_in(hall.zone(zone).id) if zone else hall.plan.services
    return [_offer(hall, service, channel, now) for service in services]


def _offer(hall: Hall, service: ServicePlan, channel: Channel, now: Millis) -> ServiceNow:
    found = ServiceNow(service.id, service.name, service.zone, hall.waiting(service.id))
    try:
        made = offer(hall, service, channel, now)
    except Refusal as refusal:
        found.refused = told(refusal)
    else:
        found.wait, found.may_be_late = wait_words(made.wait), made.may_be_late
    return found


def wait_words(wait: Range) -> str:
    """A wait as people are told it: `dưới 10 phút`, `15–40 phút`, `1,5–3 giờ`; "" when it is too long to say."""
    step = STEP if wait.high <= SHORT * MINUTE else LONG_STEP
    low, high = wait.low // MINUTE // step * step, max(-(-wait.high // (step * MINUTE)), 1) * step
    if high > MOST:
        return ""
    said = f"{low}–{high} phút" if step == STEP else f"{_hours(low)}–{_hours(high)} giờ"
    return said if low else f"dưới {said.partition('–')[2]}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}".replace(".", ",")
