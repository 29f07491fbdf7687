"""``python -m audio``: speak a call, take it back, build or check a clip pack. Faults are one sentence, exit 2."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from audio import (
    AudioError,
    Pack,
    PlayerFailed,
    Sound,
    assemble,
    build,
    open_or_build,
    open_player,
    open_voice,
)
from audio.mixing import CALL, RETRACT
from audio.pack import COUNTERS

VOICE = "espeak:vi"
PACK = Path("var/voice/espeak-vi")
USES = """\
  python -m audio 86001 --counter 86 [--pack DIR] [--out FILE.wav|PLAYER]
  python -m audio 86001 --retract [--pack DIR] [--out FILE.wav|PLAYER]
  python -m audio build DIR [--voice espeak:vi]
  python -m audio check DIR"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands = {"build": _build, "check": _check}
    try:
        if words and words[0] in commands:
            commands[words[0]](words[1:])
        else:
            _speak(words)
    except AudioError as error:
        print(f"audio: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("audio: stopped; a build goes on where it was when it is started again", file=sys.stderr)
        return 130
    return 0


def _speak(words: Sequence[str]) -> None:
    parser = _Parser("audio", usage="\n" + USES, description="Speak one call, or prepare the clips for it.")
    parser.add_argument("number", help="the number to call, read digit by digit")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--counter", help="the counter that calls, read as a number up to 99, above digit by digit")
    what.add_argument("--retract", action="store_true", help="take the call of this number back")
    parser.add_argument("--pack", type=Path, help=f"the clip pack; {PACK} if not given, made if not there")
    parser.add_argument("--out", help="a .wav file, or a player: device: file:DIR none: (default: device:)")
    asked = parser.parse_args(words)
    pack = Pack.open(asked.pack) if asked.pack else open_or_build(PACK, VOICE, _show)
    kind = RETRACT if asked.retract else CALL
    sound = assemble(pack, asked.number, asked.counter or "", kind)
    if asked.out and asked.out.endswith(".wav"):
        _write(Path(asked.out), sound)
        return
    try:
        with _quiet():
            asyncio.run(open_player(asked.out or "device:").play(sound))
    except PlayerFailed as error:
        if asked.out:
            raise
        # Nobody said where to: on a machine without a loudspeaker a file can still be carried to one.
        print(f"{error}.", file=sys.stderr)
        PACK.parent.mkdir(parents=True, exist_ok=True)
        _write(PACK.parent / f"{asked.number}-{asked.counter or kind}.wav", sound)


def _build(words: Sequence[str]) -> None:
    parser = _Parser("audio build", description="Make a clip pack; an interrupted build goes on where it was.")
    parser.add_argument("pack", type=Path, metavar="DIR")
    parser.add_argument(
        "--voice", default=VOICE, help="the voice's URL, espeak:vi or gtts:vi (default: %(default)s)"
    )
    asked = parser.parse_args(words)
    pack = build(asked.pack, open_voice(asked.voice), progress=_show)
    print(f"{asked.pack}: {len(pack.clips)} clips spoken by {pack.voice}")


def _check(words: Sequence[str]) -> None:
    parser = _Parser("audio check", description="Read a clip pack whole and say what it holds.")
    parser.add_argument("pack", type=Path, metavar="DIR")
    pack = Pack.open(parser.parse_args(words).pack)
    lengths = pack.lengths()
    digits = (5 * min(lengths.digit_ms), 5 * max(lengths.digit_ms))
    counters = (min(lengths.counter_ms.values()), max(lengths.counter_ms.values()))
    short, long = ((lengths.frame_ms + a + b) / 1000 for a, b in zip(digits, counters, strict=True))
    whole = sum(f"counter-{counter}" in pack.clips for counter in COUNTERS)
    print(f"{pack.path}: {len(pack.clips)} clips spoken by {pack.voice}, made {pack.made_at}")
    print(f"{whole} of {len(COUNTERS)} counters are one clip each; five digits and a counter last", end=" ")
    print(f"{short:.2f} to {long:.2f} s")
    retraction = ((lengths.retract_ms + a) / 1000 for a in digits)
    if pack.retracts:
        print("a retraction of five digits lasts {:.2f} to {:.2f} s".format(*retraction))
    else:
        print("a retraction is only the gong: it has no head-retract or no tail-retract; build it anew")
    print(pack.licence)


def _write(path: Path, sound: Sound) -> None:
    try:
        path.write_bytes(sound.wav)
    except OSError as error:
        raise PlayerFailed(f"{path} cannot be written: {error.strerror}") from error
    print(f"{path}: {sound.ms / 1000:.2f} s")


def _show(done: int, total: int, text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {text:<30}", end="\n" if done == total else "", file=sys.stderr, flush=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the sound system's own lines off the terminal (ALSA prints twenty when there is no card)."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


if __name__ == "__main__":
    sys.exit(main())
