"""The voice of espeak-ng, through a process of its own (espeak_process.py). Made by ``open_voice``.

The defaults were chosen by measuring the Vietnamese tones: a range of 75 spreads their pitch more than
espeak-ng's own 50 (mười falls, mươi stays level, sáu rises clearly), and a speed of 130 makes a call last
about five and a half seconds.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from audio.urls import Url
from audio.voices.programs import said_by

LICENCE = "Spoken by eSpeak NG (GPL-3.0-or-later), run as a separate program; the clips are its output."
PROGRAM = Path(__file__).with_name("espeak_process.py")
LIMIT = 20.0  # s for one text; it takes some 5 ms


class EspeakVoice:
    """``espeak:<voice>?speed=80-450&pitch=0-99&range=0-99``; ``vi`` if no name is given."""

    licence = LICENCE

    def __init__(self, url: Url) -> None:
        url.allow("speed", "pitch", "range")
        self.url = url.text
        self._name = url.target or "vi"
        self.language = self._name.partition("-")[0].partition("+")[0].lower()
        self.region = "south" if "-x-south" in self._name.lower() else ""
        self._settings: dict[str, str | int] = {
            "voice": self._name,
            "speed": url.whole("speed", 130, 80, 450),
            "pitch": url.whole("pitch", 55, 0, 99),
            "range": url.whole("range", 75, 0, 99),
            "volume": 50,  # of 100; at 100 espeak-ng reaches full scale and cuts the tops off
        }

    def say(self, text: str) -> bytes:
        """See Voice."""
        return next(self.say_all([text]))

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        """See Voice."""
        return said_by(PROGRAM, "espeak-ng", self._settings, texts, LIMIT)
