"""Piper as a program: texts in, sound out, as programs.py describes. Run by piper.py as a process of its own;
imports nothing of ours.

The settings are {"model": file, "pace": percent}.
"""

import json
import struct
import sys
from pathlib import Path


def _answer(kind: bytes, body: bytes) -> None:
    sys.stdout.buffer.write(struct.pack("<cI", kind, len(body)) + body)
    sys.stdout.buffer.flush()


def main() -> None:
    """Answer every line until the input ends."""
    lines = iter(sys.stdin.buffer)
    settings = json.loads(next(lines))
    try:
        from piper import PiperVoice, SynthesisConfig
    except ImportError:
        _answer(b"E", b"Piper is not installed here: pip install 'goiso[piper]'")
        return
    for file in (Path(settings["model"]), Path(settings["model"] + ".json")):
        if not file.is_file():
            _answer(b"E", f"the Piper model {file} is not there".encode())
            return
    try:
        voice = PiperVoice.load(settings["model"])
    except Exception as fault:  # whatever its runtime raises at a damaged model
        _answer(b"E", f"the Piper model {settings['model']} cannot be read: {fault}".encode())
        return
    # A longer sound is a slower pace.
    manner = SynthesisConfig(length_scale=voice.config.length_scale * 100 / int(settings["pace"]))
    _answer(b"P", str(voice.config.sample_rate).encode())
    for line in lines:
        text = json.loads(line)["text"]
        _answer(b"P", b"".join(chunk.audio_int16_bytes for chunk in voice.synthesize(text, syn_config=manner)))


if __name__ == "__main__":
    main()
