"""The gong."""

from audio import pcm
from audio.chime import LENGTH_MS, chime


def test_chime_is_a_decaying_gong() -> None:
    sound = chime()
    found = pcm.samples(sound)
    assert pcm.length_ms(sound) == LENGTH_MS
    assert found[0] == found[-1] == 0
    quarters = [pcm.peak(found[at : at + len(found) // 4]) for at in range(0, len(found) - 3, len(found) // 4)]
    assert quarters[1] > quarters[2] > quarters[3]
    assert 15_000 < pcm.peak(found) <= 16_384
