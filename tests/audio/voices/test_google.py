"""Google's voice without the internet: its HTTP is answered here, and the MP3 is made by hand."""

import base64
from collections.abc import Callable
from io import BytesIO

import pytest
import requests

from audio import BadUrl, VoiceFailed, open_voice, pcm
from audio.urls import Url
from audio.voices.google import GoogleVoice
from audio.voices.recorded import decoded


def mp3(frames: int = 25) -> bytes:
    """A hum as MPEG-2 layer III, mono, 24 kHz, 24 ms a frame: four spectral lines of height one in each."""
    side = f"{0:09b}{8:012b}{0:09b}{190:08b}{0:09b}{0:023b}" + "01"  # 8 bits of lines, gain 190, table B
    lines = "0000" + "0101"  # all four lines, their signs
    body = (side + lines).ljust(92 * 8, "0")
    return (bytes([0xFF, 0xF3, 0x44, 0xC4]) + int(body, 2).to_bytes(92, "big")) * frames


class Ward:
    """A clock that only sleeping moves, and a Google that answers, or refuses the first ``refuse`` requests."""

    def __init__(self, refuse: int = 0) -> None:
        self.now = 1000.0
        self.asked: list[tuple[float, str]] = []
        self._refuse = refuse

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def fetch(self, text: str) -> bytes:
        self.asked.append((self.now, text))
        if len(self.asked) <= self._refuse:
            raise VoiceFailed("429 (Too Many Requests)")
        return mp3()

    def voice(self, url: str) -> GoogleVoice:
        return GoogleVoice(Url.read(url, "voice", ["gtts"]), self.fetch, self.sleep, lambda: self.now)


def test_requests_keep_their_distance() -> None:
    ward = Ward()
    sounds = list(ward.voice("gtts:vi?every=4").say_all(["một", "hai", "ba"]))
    assert ward.asked == [(1000, "một"), (1004, "hai"), (1008, "ba")]
    assert {len(sound) // 2 for sound in sounds} == {pcm.RATE * 600 // 1000}


def test_after_a_refusal_it_waits_long() -> None:
    ward = Ward(refuse=2)
    ward.voice("gtts:").say("một")
    assert [at for at, _ in ward.asked] == [1000, 1060, 1360]


def test_after_three_refusals_it_gives_up() -> None:
    ward = Ward(refuse=9)
    with pytest.raises(VoiceFailed, match="429"):
        ward.voice("gtts:").say("một")
    assert len(ward.asked) == 3


def test_decoding() -> None:
    found = pcm.samples(decoded(mp3(50), "it"))
    assert len(found) == pcm.RATE * 1200 // 1000
    assert 1000 < pcm.peak(found) < 10_000
    with pytest.raises(VoiceFailed, match="it: 18 bytes that are no sound"):
        decoded(b"<html>sorry</html>", "it")


def answer(status: int, body: bytes) -> Callable[..., requests.Response]:
    def send(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        response = requests.Response()
        response.status_code, response.reason = status, "told so"
        response.request = request
        response.raw = BytesIO(body)
        return response

    return send


def test_through_gtts(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'[["wrb.fr","jQ1olc","[\\"' + base64.b64encode(mp3()) + b'\\"]",null]]'
    monkeypatch.setattr(requests.Session, "send", answer(200, body))
    assert len(open_voice("gtts:vi").say("một")) == 2 * pcm.RATE * 600 // 1000


@pytest.mark.parametrize(("status", "body"), [(429, b""), (503, b""), (200, b"jQ1olc without sound")])
def test_refused_through_gtts(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> None:
    monkeypatch.setattr(requests.Session, "send", answer(status, body))
    ward = Ward()
    voice = GoogleVoice(Url.read("gtts:vi", "voice", ["gtts"]), None, ward.sleep, lambda: ward.now)
    with pytest.raises(VoiceFailed, match=f"did not say 'một': {status}"):
        voice.say("một")
    assert ward.now == 1360


def test_bad_options() -> None:
    with pytest.raises(BadUrl, match="every, tld"):
        open_voice("gtts:vi?speed=3")
    with pytest.raises(BadUrl, match="1 to 600"):
        open_voice("gtts:vi?every=0")
