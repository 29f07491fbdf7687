"""A pack looked at with measurements: the ready ones pass, and what is wrong is told in sentences."""

from array import array

import pytest

from audio import Pack, pcm
from audio.building import LOUDNESS
from audio.checking import check


@pytest.mark.parametrize("name", ["espeak_pack", "english_pack", "long_pack"])
def test_the_ready_packs_are_sound(request: pytest.FixtureRequest, name: str) -> None:
    found = check(request.getfixturevalue(name))
    assert found.faults == ()
    assert max(found.loudness) - min(found.loudness) < 2, "within one LU on either side"
    assert sum(found.loudness) / len(found.loudness) == pytest.approx(LOUDNESS, abs=1)


def test_it_says_what_a_pack_holds(espeak_pack: Pack) -> None:
    told = "\n".join(check(espeak_pack).facts)
    assert "112 clips spoken by espeak:vi, made 20" in told
    assert "language vi north" in told
    assert "numbers are read by digits or groups" in told
    assert "GPL" in told


def replace(pack: Pack, name: str, samples: "array[int]") -> Pack:
    """The pack with another sound of the same length as a clip."""
    clip = pack.clips[name]
    sound = pcm.raw(samples)[: len(clip.sound)].ljust(len(clip.sound), b"\0")
    clip.path.write_bytes(pcm.wav(sound))
    return Pack.open(pack.path)


def test_a_click_is_found(small_pack: Pack) -> None:
    found = check(replace(small_pack, "digit-7", array("h", [9000] * 3000)))
    assert [fault for fault in found.faults if "digit-7.wav begins or ends with a click" in fault]


def test_a_clip_cut_off_at_full_scale_is_found(small_pack: Pack) -> None:
    loud = array("h", [0] * 100 + [32767] * 50 + [0] * 100)
    found = check(replace(small_pack, "digit-7", loud))
    assert [fault for fault in found.faults if "digit-7.wav is cut off at full scale" in fault]


def test_sentences_that_are_too_soft_are_found(small_pack: Pack) -> None:
    pack = small_pack
    for name, clip in small_pack.clips.items():
        pack = replace(pack, name, pcm.scaled(pcm.samples(clip.sound), -12))
    assert [fault for fault in check(pack).faults if "expected -23; build the pack anew" in fault]


def test_a_pack_that_cannot_take_back(small_pack: Pack) -> None:
    manifest = small_pack.path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"tail-retract"', '"letter-A"').replace("vui lòng chờ", "a"))
    assert [fault for fault in check(Pack.open(small_pack.path)).faults if "only the gong" in fault]
