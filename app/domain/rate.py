"""The verb of a rating: one touch, once for each number; a reason may follow it."""

from dataclasses import replace

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import Rate
from app.domain.events import Rated
from app.domain.hall import Hall
from app.domain.plan import Millis
from app.domain.presence import of_today
from app.domain.rating import LEAST, MOST, Rating, RatingReason
from app.domain.refusals import AlreadyRated, BadRating, NotServedYet
from app.domain.states import TicketState


def rate(hall: Hall, command: Rate, now: Millis) -> Change:
    """Keep the face of a number whose visit has ended. The same again changes nothing, but that a reason may be
    added to a face that has none; another face is refused."""
    ticket = of_today(hall, command.day, command.number)
    if not LEAST <= command.face <= MOST or command.reason not in ("", *RatingReason):
        raise BadRating()
    if ticket.state is not TicketState.FINISHED:
        raise NotServedYet(number=ticket.number)
    given, here = hall.rating(ticket.number), Rating(command.face, command.reason, now)
    if given:
        if given.face != command.face or (given.reason and command.reason not in ("", given.reason)):
            raise AlreadyRated(number=ticket.number)
        if given.reason or not command.reason:
            return Change(Answer(Outcome.REPEATED, ticket.number))
        here = replace(given, reason=command.reason)
    return Change(
        Answer(number=ticket.number),
        (Rated(ticket.number, here.face, here.reason),),
        {f"rating/{ticket.number}": here},
    )
