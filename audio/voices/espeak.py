"""The voice of espeak-ng, through a process of its own (espeak_process.py). Made by ``open_voice``.

espeak-ng is under GPL-3; this library is not, so the two only exchange texts and sound over pipes. The
defaults were chosen by measuring the Vietnamese tones: a range of 75 spreads their pitch more than
espeak-ng's own 50 (mười falls, mươi stays level, sáu rises clearly), and a speed of 130 makes a call last
about five and a half seconds.
"""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from audio import pcm
from audio.errors import VoiceFailed
from audio.urls import Url

LICENCE = "Spoken by eSpeak NG (GPL-3.0-or-later), run as a separate program; the clips are its output."
PROGRAM = Path(__file__).with_name("espeak_process.py")
LIMIT = 60.0  # s for one lot of texts; a text takes some 5 ms


class EspeakVoice:
    """``espeak:<voice>?speed=80-450&pitch=0-99&range=0-99``; ``vi`` if no name is given."""

    licence = LICENCE

    def __init__(self, url: Url) -> None:
        url.allow("speed", "pitch", "range")
        self.url = url.text
        self._name = url.target or "vi"
        self.language = self._name.partition("-")[0].partition("+")[0].lower()
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
        """See Voice. One process speaks all of them; it ends with the iterator."""
        command = [sys.executable, "-P", str(PROGRAM)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin
            assert process.stdout
            # A process that hangs is killed; its pipe then ends, and the read below says so.
            watch = threading.Timer(LIMIT, process.kill)
            watch.start()
            try:
                rate = int(_ask(process.stdin, process.stdout, self._settings))
                for text in texts:
                    sound = _ask(process.stdin, process.stdout, {"text": text})
                    if not any(sound):
                        raise VoiceFailed(f"espeak-ng made no sound of {text!r}")
                    yield pcm.resampled(sound, rate)
            finally:
                watch.cancel()
                process.kill()
                with suppress(OSError):  # a line it never took
                    process.stdin.close()


def _ask(questions: IO[bytes], answers: IO[bytes], question: dict[str, str | int]) -> bytes:
    """Send one line, take one answer: a byte (P or E), the length, that many bytes."""
    try:
        questions.write(json.dumps(question).encode() + b"\n")
        questions.flush()
        head = answers.read(5)
        kind, length = struct.unpack("<cI", head)
        body = answers.read(length)
        if len(body) != length:
            raise EOFError
    except (OSError, EOFError, struct.error) as error:
        raise VoiceFailed("the espeak-ng process ended or hung before it answered") from error
    if kind == b"E":
        raise VoiceFailed(body.decode())
    return body
