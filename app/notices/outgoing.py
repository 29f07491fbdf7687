"""A notice on its way: how it goes, of which step of which ticket of which center, and to whom."""

from dataclasses import dataclass
from typing import Literal

from app.domain.facts import Ticket
from app.domain.plan import Millis
from app.notices.steps import Kind, Step

Way = Literal["sms", "mail", "push"]
WAYS: tuple[Way, ...] = ("sms", "mail", "push")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One notice. `key` is the same at every try; `contact` is the key of whom to tell, never the contact itself;
    it is not sent before the moment `not_before`; `day` is the ticket's working day (ISO date); `browser` is
    the id of the subscription that is pushed to."""

    key: str
    way: Way
    center: str
    ticket: Ticket
    contact: str
    kind: Kind = Kind.TAKEN
    counter: str = ""
    not_before: Millis = 0
    ahead: int = 0
    day: str = ""
    browser: str = ""

    @property
    def step(self) -> Step:
        return Step(self.kind, self.ticket, self.counter, self.not_before, self.ahead)
