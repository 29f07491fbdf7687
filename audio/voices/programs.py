"""Speaks through a program of its own: texts and sound go over pipes. Called by the espeak and piper voices.

The programs are under the GPL and this library is not; besides, one that crashes takes nothing with it.

Input of a program: JSON lines, first its settings, then {"text"} each. Output, one answer to each line: a byte
(P = fine, E = a sentence about a fault), the length as 4 bytes little-endian, that many bytes: the sample rate
as text to the first line, 16-bit mono PCM to the others.
"""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from audio import pcm
from audio.errors import VoiceFailed


def said_by(
    program: Path, name: str, settings: Mapping[str, str | int], texts: Sequence[str], limit: float
) -> Iterator[bytes]:
    """Each text as PCM at this library's rate, in order; the process ends with the iterator.

    ``name`` is the program's for sentences; it is ended after ``limit`` seconds without an answer. Raises
    VoiceFailed.
    """
    command = [sys.executable, "-P", str(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            rate = int(_asked(process, name, settings, limit))
            for text in texts:
                sound = _asked(process, name, {"text": text}, limit)
                if not any(sound):
                    raise VoiceFailed(f"{name} made no sound of {text!r}")
                yield pcm.resampled(sound, rate)
        finally:
            process.kill()
            with suppress(OSError):  # a line it never took
                process.stdin.close()


def _asked(
    process: "subprocess.Popen[bytes]", name: str, question: Mapping[str, str | int], limit: float
) -> bytes:
    """Send one line, take one answer. A process that hangs is killed; its pipe then ends, and the reading says
    so."""
    assert process.stdin
    assert process.stdout
    watch = threading.Timer(limit, process.kill)
    watch.start()
    try:
        process.stdin.write(json.dumps(question).encode() + b"\n")
        process.stdin.flush()
        kind, length = struct.unpack("<cI", process.stdout.read(5))
        body = _whole(process.stdout, length)
    except (OSError, EOFError, struct.error) as error:
        raise VoiceFailed(f"the {name} process ended or hung before it answered") from error
    finally:
        watch.cancel()
    if kind == b"E":
        raise VoiceFailed(body.decode())
    return body


def _whole(answers: IO[bytes], length: int) -> bytes:
    body = answers.read(length)
    if len(body) != length:
        raise EOFError
    return body
