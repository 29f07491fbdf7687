"""Everything a slip says of a number just taken; for whoever prints or shows it: web, kiosk, printer on site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says. `wait` is what was expected when the number was taken, in Vietnamese words ("" if it
    could not be said); `link` the number's live page, `qr` its QR as SVG markup ("" where nobody shows or prints
    it); `group` its priority group."""

    number: str
    center: str
    service: str
    zone: str
    counters: list[str]
    ahead: int
    wait: str
    arrive_time: str
    arrive_date: str
    taken_time: str
    check_code: str
    link: str
    qr: str
    group: str = ""
