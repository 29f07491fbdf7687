"""The voice of a Piper model, a neural network that speaks without the internet. Made by ``open_voice``.

Piper is an optional part (``pip install goiso[piper]``, some 60 MB with its runtime) and runs as a process of
its own (piper_process.py). The operator gives the model: a file ``….onnx`` with its ``….onnx.json`` beside it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from audio.errors import BadUrl
from audio.urls import Url
from audio.voices.programs import said_by

PROGRAM = Path(__file__).with_name("piper_process.py")
LIMIT = 120.0  # s for the model to be loaded, and for one text


class PiperVoice:
    """``piper:<model.onnx>?language=vi&region=south&pace=50-200``; ``pace`` in percent of the model's own."""

    def __init__(self, url: Url) -> None:
        url.allow("language", "region", "pace")
        if not url.target.endswith(".onnx"):
            raise BadUrl(f"{url.text!r} names no model, expected piper:FILE.onnx")
        self.url = url.text
        self.language = url.options.get("language", "vi")
        self.region = url.options.get("region", "")
        self.licence = (
            f"Spoken by Piper with the model {Path(url.target).name}; its own licence says what is allowed."
        )
        self._settings: dict[str, str | int] = {"model": url.target, "pace": url.whole("pace", 100, 50, 200)}

    def say(self, text: str) -> bytes:
        """See Voice."""
        return next(self.say_all([text]))

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        """See Voice."""
        return said_by(PROGRAM, "piper", self._settings, texts, LIMIT)
