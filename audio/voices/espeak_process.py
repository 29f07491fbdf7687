"""espeak-ng as a program: texts in, sound out, as programs.py describes. Run by espeak.py as a process of its own;
imports nothing of ours.

The settings are {"voice", "speed", "pitch", "range", "volume"}. The calls are described in espeak-ng's
speak_lib.h.
"""

import ctypes
import json
import struct
import sys
from pathlib import Path

SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: sound goes to the callback only
DONT_EXIT = 0x8000
UTF8 = 1
PHONEMES = 0x100  # [[…]] in a text is phoneme names
MUMBLED = "không"
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Fault(Exception):
    """A sentence for whoever started this process."""


class Speech:
    """The library with one voice set; ``say`` gives PCM."""

    def __init__(self, settings: dict[str, str | int]) -> None:
        self._lib, data = _library()
        self.rate: int = self._lib.espeak_Initialize(SYNCHRONOUS, 0, data, DONT_EXIT)
        if self.rate <= 0:
            raise Fault("espeak-ng could not be started; its data folder is missing or damaged")
        if self._lib.espeak_SetVoiceByName(str(settings["voice"]).encode()) != 0:
            raise Fault(f"espeak-ng has no voice {settings['voice']!r}; Vietnamese is vi, vi-vn-x-south or vi+f2")
        for number, key in ((RATE, "speed"), (VOLUME, "volume"), (PITCH, "pitch"), (RANGE, "range")):
            self._lib.espeak_SetParameter(number, int(settings[key]), 0)
        self._sound = bytearray()
        self._callback = CALLBACK(self._take)  # kept: the library holds only its address
        self._lib.espeak_SetSynthCallback(self._callback)
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: int | None) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, 2 * count)
        return 0

    def say(self, text: str) -> bytes:
        """``text`` as PCM at ``rate``."""
        mumbled = " " not in text or MUMBLED in text.split()
        spoken = (self._stressed(text) if mumbled else text).encode() + b"\0"
        self._sound.clear()
        result = self._lib.espeak_Synth(spoken, len(spoken), 0, 1, 0, UTF8 | PHONEMES, None, None)
        if result != 0 or self._lib.espeak_Synchronize() != 0:
            raise Fault(f"espeak-ng refused to speak {text!r}")
        return bytes(self._sound)

    def _stressed(self, text: str) -> str:
        """A word alone, or words among digits, with full stress: the dictionary mumbles "không" (also the word for
        *not*) as unstressed.

        The library gives phoneme names, where "," marks weak and "'" full stress.
        """
        at = ctypes.c_char_p(text.encode())
        names = self._lib.espeak_TextToPhonemes(ctypes.pointer(at), UTF8, 0) or b""
        phonemes = names.decode("ascii", "replace")
        return "[[" + phonemes.replace(",", "'") + "]]" if "," in phonemes else text


def _library() -> tuple[ctypes.CDLL, bytes]:
    try:
        import espeakng_loader

        data = Path(espeakng_loader.get_data_path())
        return ctypes.CDLL(espeakng_loader.get_library_path()), str(data).encode()
    except (ImportError, RuntimeError, OSError) as error:
        raise Fault(f"espeak-ng is not installed here (package espeakng-loader): {error}") from error


def _answer(kind: bytes, body: bytes) -> None:
    sys.stdout.buffer.write(struct.pack("<cI", kind, len(body)) + body)
    sys.stdout.buffer.flush()


def main() -> None:
    """Answer every line until the input ends."""
    speech: Speech | None = None
    for line in sys.stdin.buffer:
        try:
            asked = json.loads(line)
            if speech is None:
                speech = Speech(asked)
                _answer(b"P", str(speech.rate).encode())
            else:
                _answer(b"P", speech.say(asked["text"]))
        except Fault as fault:
            _answer(b"E", str(fault).encode())


if __name__ == "__main__":
    main()
