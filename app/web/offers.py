"""What each service of a center gives at this moment: how long one would wait, or why no number is given. Used by
the API (kiosks ask it before they offer a service) and the portal's grid.
"""

from app.domain.hall import Hall
from app.domain.issuing import offer
from app.domain.plan import Channel, Millis, ServicePlan
from app.domain.refusals import Refusal
from app.views.waits import wait_words
from app.web.answers import told
from app.web.bodies import ServiceNow


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
