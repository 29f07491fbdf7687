"""A person's voice: clips that were recorded, each in a file named as in a pack. Made by ``open_voice``.

WAV, MP3, FLAC and Ogg Vorbis are read, at any rate, mono or stereo. Building trims them and makes them equally
loud. What the folder lacks is said by shorter clips, as long as the short set is whole.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from audio import pcm, reading
from audio.errors import BadText, BadUrl, VoiceFailed
from audio.urls import Url

ENDINGS = (".wav", ".mp3", ".flac", ".ogg")
NOTE = "LICENCE.txt"
UNTOLD = "Spoken by a person; who it is and what was agreed is not written down."


class RecordedVoice:
    """``recorded:<folder>?language=vi&region=north``; a note ``LICENCE.txt`` in the folder goes into the pack."""

    def __init__(self, url: Url) -> None:
        url.allow("language", "region")
        self.url = url.text
        self.language = url.options.get("language", "vi")
        self.region = url.options.get("region", "")
        try:
            spoken = reading.language(self.language, self.region)
        except BadText as error:
            raise BadUrl(f"{url.text!r}: {error}") from error
        self._folder = Path(url.target)
        self._files = dict(_recordings(self._folder, spoken)) if self._folder.is_dir() else {}

    @property
    def licence(self) -> str:
        """See Voice."""
        note = self._folder / NOTE
        return note.read_text("utf-8").strip() if note.is_file() else UNTOLD

    def has(self, text: str) -> bool:
        """Whether there is a recording of this text."""
        return text in self._files

    def say(self, text: str) -> bytes:
        """See Voice."""
        file = self._files.get(text)
        if file is None:
            raise VoiceFailed(f"{self._folder} has no recording of {text!r}")
        return decoded(file.read_bytes(), str(file))

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        """See Voice."""
        return map(self.say, texts)


def decoded(data: bytes, what: str) -> bytes:
    """The sound of a WAV, MP3, FLAC or Ogg file as PCM at this library's rate. Raises VoiceFailed; ``what`` is for
    its sentence."""
    import miniaudio

    try:
        sound = miniaudio.decode(data, nchannels=1, sample_rate=pcm.RATE)
    except miniaudio.DecodeError as error:
        raise VoiceFailed(f"{what}: {len(data)} bytes that are no sound") from error
    return pcm.raw(sound.samples)


def _recordings(folder: Path, spoken: reading.Language) -> Iterator[tuple[str, Path]]:
    """The words of each file whose name is a clip's."""
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in ENDINGS:
            try:
                yield reading.spoken(file.stem, spoken), file
            except BadText as error:
                raise VoiceFailed(f"{file}: {error}") from error
