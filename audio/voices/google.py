"""Google's voice, over the internet through gTTS; only for preparing clips. Made by ``open_voice``.

The free service blocks an address that asks too often, so requests keep a distance, and a refusal is met with
a long pause and few repeats. What it gives is MP3, decoded here.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO

from audio.errors import VoiceFailed
from audio.urls import Url
from audio.voices.recorded import decoded

LICENCE = "Spoken by Google Translate's voice through gTTS; Google's terms of service apply to these clips."
PAUSES = (60.0, 300.0)  # s before the second and the third try
TIMEOUT = 20.0  # s for one request


class GoogleVoice:
    """``gtts:<language>?every=1-600&tld=com.vn``; language ``vi`` if empty, ``every`` = seconds between
    requests.

    ``fetch`` (text to MP3), ``sleep`` and ``clock`` (both in seconds) are handed in by tests.
    """

    licence = LICENCE

    def __init__(
        self,
        url: Url,
        fetch: Callable[[str], bytes] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        url.allow("every", "tld")
        self.url = url.text
        self.language = url.target or "vi"
        self.region = ""
        self._tld = url.options.get("tld", "com.vn")
        self._every = url.whole("every", 3, 1, 600)
        self._fetch = fetch or self._request
        self._sleep = sleep
        self._clock = clock
        self._next = clock()  # not before this moment may the next request leave

    def say(self, text: str) -> bytes:
        """See Voice. Waits its turn; after a refusal tries twice more, minutes later."""
        for pause in (*PAUSES, None):
            self._wait()
            try:
                return decoded(self._fetch(text), "Google's voice")
            except VoiceFailed:
                if pause is None:
                    raise
                self._next = self._clock() + pause
        raise AssertionError("the last try returns or raises")

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        """See Voice."""
        return map(self.say, texts)

    def _wait(self) -> None:
        self._sleep(max(0.0, self._next - self._clock()))
        self._next = self._clock() + self._every

    def _request(self, text: str) -> bytes:
        from gtts import gTTS, gTTSError

        mp3 = BytesIO()
        try:
            gTTS(text, lang=self.language, tld=self._tld, lang_check=False, timeout=TIMEOUT).write_to_fp(mp3)
        except gTTSError as error:
            raise VoiceFailed(f"Google's voice did not say {text!r}: {error}") from error
        return mp3.getvalue()
