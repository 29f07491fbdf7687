"""Loudness, measured against what the Recommendation states."""

from array import array
from math import pi, sin

import pytest

from audio import pcm
from audio.loudness import SILENT, k_weighting, lufs


def tone(ms: int, hertz: float, height: float, rate: int = pcm.RATE) -> "array[int]":
    turn = 2 * pi * hertz / rate
    return array("h", [int(height * (pcm.FULL - 1) * sin(turn * at)) for at in range(rate * ms // 1000)])


def test_the_filter_is_the_one_of_the_table_at_48_khz() -> None:
    """ITU-R BS.1770, Annex 1, tables 1 and 2."""
    shelf, high_pass = k_weighting(48_000)
    table = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
    assert shelf == pytest.approx(table, abs=1e-9)
    assert high_pass == pytest.approx((1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621), abs=1e-9)


@pytest.mark.parametrize("rate", [22_050, 48_000])
def test_a_full_tone_of_997_hz_reads_minus_three(rate: int) -> None:
    """Stated in the Recommendation for one channel: -3.01 LUFS."""
    assert lufs(tone(3000, 997, 1.0, rate), rate) == pytest.approx(-3.01, abs=0.05)


def test_half_as_high_is_six_lower() -> None:
    assert lufs(tone(2000, 997, 0.5)) == pytest.approx(-3.01 - 6.02, abs=0.05)


def test_low_tones_count_less_and_high_ones_more() -> None:
    low, middle, high = (lufs(tone(2000, hertz, 0.1)) for hertz in (30, 997, 5000))
    assert low < middle - 3
    assert high > middle + 2


def test_pauses_and_whispers_are_gated() -> None:
    """EBU Tech 3341, case 3 in short: softer parts beside the programme do not pull it down."""
    soft, loud = tone(3000, 997, 0.01), tone(5000, 997, 0.1)
    assert lufs(soft + loud + soft) == pytest.approx(lufs(loud), abs=0.3)
    assert lufs(loud + array("h", bytes(2 * 5 * pcm.RATE))) == pytest.approx(lufs(loud), abs=0.3)


def test_what_is_shorter_than_a_block_is_measured_whole() -> None:
    assert lufs(tone(200, 997, 0.1)) == pytest.approx(lufs(tone(2000, 997, 0.1)), abs=0.2)


def test_silence_has_no_loudness() -> None:
    assert lufs(array("h", bytes(2 * pcm.RATE))) == SILENT
    assert lufs(array("h")) == SILENT
