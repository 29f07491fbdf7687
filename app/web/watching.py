"""Watches over open sockets of staff: who is signed out, shut out or has lost a role follows no longer what he may
not, within seconds, in whichever process his socket is. Run by the wiring."""

import asyncio
import itertools

from app.accounts.sessions import Sessions
from app.accounts.staff import Member, Staff, signed_in
from app.live.reader import Reader
from app.store.journal import LOST

SECONDS = 1.0
ALL_AGAIN = 60  # looks: a session also ends by itself, which changes no count
COME_AGAIN = 1012  # close code: connect anew, and be known with the roles held now


class Watch:
    """The sockets of staff of this process. What each may is looked at again when any account has changed;
    `signed_out` is the close code of those who are."""

    def __init__(self, staff: Staff, sessions: Sessions, signed_out: int) -> None:
        self._staff = staff
        self._sessions = sessions
        self._signed_out = signed_out
        self._followers: dict[Reader, tuple[str, Member]] = {}
        self._seen = -1

    def enter(self, reader: Reader, token: str, member: Member) -> None:
        """A member of staff follows topics from now on, by the session of a token."""
        self._followers[reader] = token, member
        self._seen = -1  # what has changed since the session was read is not known here

    def leave(self, reader: Reader) -> None:
        self._followers.pop(reader, None)

    async def run(self) -> None:
        """Look until cancelled; a store that is away is no reason to take a screen its picture."""
        for look in itertools.count():
            if look % ALL_AGAIN == 0:
                self._seen = -1
            try:
                await self.look()
            except LOST:
                self._seen = -1
            await asyncio.sleep(SECONDS)

    async def look(self) -> None:
        """Close what may not go on, if anything has changed since the last look."""
        changes = await self._staff.changes()
        if changes == self._seen:
            return
        self._seen = changes
        for reader, (token, before) in list(self._followers.items()):
            member = await signed_in(self._sessions, self._staff, "staff", token)
            if member is None:
                reader.close(self._signed_out)
            elif member.holds != before.holds:
                reader.close(COME_AGAIN)
