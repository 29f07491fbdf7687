"""A queue: who waits for one service, or for one counter, in order. Kept by the hall, read by the rule of who is
next."""

from bisect import bisect_left, insort

from app.domain.facts import Ticket

Place = tuple[float, int, str]  # place in the lane, joined, number: who came at the same moment, came in order


class Queue:
    """Who waits, in order: a list of places for each lane; `away` are those that cannot be called
    because they have yet to check in; `joined` has those of the lanes by when they came into the queue."""

    __slots__ = ("away", "joined", "lanes")

    def __init__(self) -> None:
        self.lanes: tuple[list[Place], list[Place], list[Place]] = ([], [], [])
        self.away: list[Place] = []
        self.joined: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self.joined) + len(self.away)

    def add(self, ticket: Ticket, is_away: bool) -> None:
        insort(self.away if is_away else self.lanes[ticket.lane], place_of(ticket))
        if not is_away:
            insort(self.joined, (ticket.joined, ticket.number))

    def remove(self, ticket: Ticket, is_away: bool) -> None:
        lane = self.away if is_away else self.lanes[ticket.lane]
        del lane[bisect_left(lane, place_of(ticket))]
        if not is_away:
            del self.joined[bisect_left(self.joined, (ticket.joined, ticket.number))]


NOBODY = Queue()


def place_of(ticket: Ticket) -> Place:
    """Where a ticket stands in its lane."""
    return ticket.place, ticket.joined, ticket.number
