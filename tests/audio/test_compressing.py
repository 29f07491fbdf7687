"""MP3: what is heard is the same, in a seventh of the bytes."""

from time import process_time

import miniaudio
import pytest

from audio import Pack, Speech, pcm
from audio.compressing import mp3
from audio.loudness import lufs


def test_the_same_is_heard_in_fewer_bytes(espeak_pack: Pack) -> None:
    sound = Speech([espeak_pack]).call("86001", "86")
    small = mp3(sound)
    assert len(small) < len(sound.wav) / 6
    heard = miniaudio.decode(small, nchannels=1, sample_rate=pcm.RATE).samples
    said = pcm.samples(pcm.from_wav(sound.wav))
    assert 0 <= (len(heard) - len(said)) / pcm.RATE < 0.12, "the encoder's delay"
    assert lufs(heard) == pytest.approx(lufs(said), abs=0.7)


def test_same_sound_same_bytes_at_once(espeak_pack: Pack) -> None:
    sound = Speech([espeak_pack]).call("86001", "86")
    before = process_time()
    assert mp3(sound) == mp3(sound)
    assert process_time() - before < 0.2
