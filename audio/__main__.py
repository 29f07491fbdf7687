"""``python -m audio``: speak a call, or take it back. Faults are one sentence, exit 2. Packs are made, checked and
carried by ``goiso voice``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from audio import AudioError, Form, Pack, Reading, Speech, open_or_build
from audio.speaking import speak

VOICE = "espeak:vi"
PACK = Path("var/voice/espeak-vi")
USES = """\
  python -m audio 86001 --counter 86 [--reading digits|groups] [--pack DIR] [--out FILE.wav|PLAYER]
  python -m audio 86001 --retract [--reading digits|groups] [--pack DIR] [--out FILE.wav|PLAYER]"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Speak one call; the exit status."""
    try:
        _speak(_parsed(sys.argv[1:] if arguments is None else arguments))
    except AudioError as error:
        print(f"audio: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _Parser("audio", usage="\n" + USES, description="Speak one call.")
    parser.add_argument("number", help="the number to call")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--counter", help="the counter that calls")
    what.add_argument("--retract", action="store_true", help="take the call of this number back")
    parser.add_argument("--reading", choices=[*Reading], default=Reading.DIGITS, help="how the number is read")
    parser.add_argument(
        "--pack", type=Path, action="append", help=f"a clip pack, again for another language; else {PACK}"
    )
    parser.add_argument(
        "--out", default="", help="a .wav file, or a player: device: file:DIR none: (else device:)"
    )
    return parser.parse_args(words)


def _speak(asked: argparse.Namespace) -> None:
    packs = [Pack.open(path) for path in asked.pack] if asked.pack else [open_or_build(PACK, VOICE)]
    speech = Speech(packs, Form(reading=Reading(asked.reading)))
    sound = speech.retraction(asked.number) if asked.retract else speech.call(asked.number, asked.counter)
    done = speak(sound, asked.out, PACK.parent / f"{asked.number}-{asked.counter or 'retract'}.wav")
    if done:
        print(done)


if __name__ == "__main__":
    sys.exit(main())
