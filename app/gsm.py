"""The modem of `hardware.modem` as a sender of SMS. Built by `app.wiring`."""

import contextlib
from collections.abc import Iterator

from app.notices.cable import Cable, Look, Told
from app.notices.record import Outcome
from app.notices.senders import NotSent, Undeliverable
from hardware.modem import Modem, ModemFault, NoSuchNumber
from hardware.protocols.at import Fate

ENDS = {Fate.DELIVERED: Outcome.DELIVERED, Fate.FAILED: Outcome.UNDELIVERED}


class Gsm(Cable):
    """A modem at a port URL, such as /dev/ttyUSB2?baud=115200&credit=*101%23. `wants_reports`: whether somebody
    reads the reports of what is sent. Raises ValueError for a URL that is none."""

    def __init__(self, url: str, wants_reports: bool) -> None:
        self._modem = Modem(url)
        self._wants_reports = wants_reports

    @property
    def is_busy(self) -> bool:
        return self._modem.is_busy

    async def send(self, key: str, sender: str, to: str, text: str) -> int | None:
        """A modem knows no keys, and its SMS come from the number of its card."""
        with _faults():
            reference = await self._modem.send(to, text, report=self._wants_reports)
        return reference if self._wants_reports else None

    async def look(self, *, credit: bool) -> Look:
        with _faults():
            state = await self._modem.state(credit=credit)
        return Look(str(state.registration), state.operator, state.dbm, state.credit)

    async def reports(self) -> list[Told]:
        with _faults():
            reports = await self._modem.reports()
        return [Told(report.reference, report.to, ENDS.get(report.fate)) for report in reports]


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """The modem's faults as a sender's."""
    try:
        yield
    except NoSuchNumber as fault:
        raise Undeliverable(str(fault)) from None
    except ModemFault as fault:
        raise NotSent(str(fault)) from None
