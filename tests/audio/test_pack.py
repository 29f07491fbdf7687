"""A pack is read whole and strictly: every fault is a sentence that names the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audio import BadText, Pack, PackFault, pcm
from audio.pack import Pauses
from audio.reading import language, words_of

Change = Callable[[dict[str, Any]], object]


def change(pack: Pack, edit: Change) -> Path:
    path = pack.path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    edit(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    return pack.path


def test_it_comes_back_as_it_was_made(small_pack: Pack) -> None:
    assert Pack.open(small_pack.path) == small_pack
    assert small_pack.pauses == Pauses()
    assert (small_pack.voice, small_pack.language, small_pack.licence) == ("hum:", language("vi"), "free")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda m: m.update(schema=3), r"manifest.json is not a manifest of schema 2"),
        (lambda m: m.pop("voice"), r"manifest.json: voice is None, expected a str"),
        (lambda m: m.update(clips=[]), r"clips is \[\], expected a dict"),
        (lambda m: m.update(language="fr"), r"the language 'fr' is not known"),
        (lambda m: m.update(sample_rate=8000), r"sample_rate is 8000, expected 22050"),
        (lambda m: m["clips"].pop("chime"), r"manifest.json has no clip 'chime'"),
        (lambda m: m["clips"].pop("digit-7"), r"manifest.json has no clip 'digit-7'"),
        (lambda m: m["clips"].pop("word-tens"), r"manifest.json has no clip 'word-tens'"),
        (lambda m: m["clips"]["digit-7"].pop("ms"), r"clip 'digit-7' is .*expected file, ms and text"),
        (lambda m: m["clips"]["digit-7"].update(ms=40), r"digit-7.wav lasts \d+ ms, the manifest says 40 ms"),
        (lambda m: m["clips"]["digit-7"].update(file="../x.wav"), r"'../x.wav', expected a name inside"),
        (lambda m: m["clips"]["digit-7"].update(file="gone.wav"), r"gone.wav cannot be read"),
        (lambda m: m["clips"]["counter-86"].update(text="tám mươi bảy"), r"says 'tám mươi bảy', expected"),
        (lambda m: m["clips"].update({"digit-x": m["clips"]["digit-7"]}), r"clip name 'digit-x' is not known"),
        (lambda m: m.update(region="west"), r"'vi' has no region 'west', expected north or south"),
        (lambda m: m["clips"]["digit-7"].update(lufs="loud"), r"'digit-7' has the loudness 'loud', expected"),
        (lambda m: m["pauses"].update(after_digit=30), r"pauses are wrong: .*30 ms"),
        (lambda m: m["pauses"].update(after_digit=-20), r"pauses are wrong: .*negative"),
        (lambda m: m["pauses"].update(in_between=20), r"pauses are wrong: .*in_between"),
    ],
)
def test_faults_of_a_manifest(small_pack: Pack, edit: Change, sentence: str) -> None:
    with pytest.raises(PackFault, match=sentence):
        Pack.open(change(small_pack, edit))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", r"digit-3.wav is not a WAV file"),
        (pcm.wav(pcm.silence(200))[:-300], r"digit-3.wav ends after"),
        (pcm.wav(pcm.silence(40)), r"digit-3.wav lasts 40 ms, too short"),
        (pcm.wav(bytes(2 * 441 * 10 + 2)), r"digit-3.wav 8822 bytes of sound are not a whole number"),
    ],
)
def test_faults_of_a_clip(small_pack: Pack, data: bytes, sentence: str) -> None:
    (small_pack.path / "digit-3.wav").write_bytes(data)
    with pytest.raises(PackFault, match=sentence):
        Pack.open(small_pack.path)


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00"])
def test_a_manifest_that_is_none(small_pack: Pack, text: str) -> None:
    (small_pack.path / "manifest.json").write_text(text)
    with pytest.raises(PackFault, match=r"manifest.json is not a manifest"):
        Pack.open(small_pack.path)


def test_a_pack_of_before_there_were_retractions_opens(small_pack: Pack) -> None:
    def edit(manifest: dict[str, Any]) -> None:
        del manifest["clips"]["head-retract"], manifest["clips"]["tail-retract"]

    assert small_pack.retracts
    assert not Pack.open(change(small_pack, edit)).retracts


def test_no_pack_there(tmp_path: Path) -> None:
    with pytest.raises(PackFault, match=r"manifest.json cannot be read: No such file"):
        Pack.open(tmp_path)


def test_a_pack_of_before_regions_and_loudness_opens(small_pack: Pack) -> None:
    def edit(manifest: dict[str, Any]) -> None:
        manifest["schema"] = 1
        del manifest["region"]
        for clip in manifest["clips"].values():
            del clip["lufs"]

    old = Pack.open(change(small_pack, edit))
    assert old.language is language("vi", "north")
    assert old.clips["digit-7"].lufs is None


def test_another_manifest_is_another_pack(small_pack: Pack) -> None:
    other = Pack.open(change(small_pack, lambda manifest: manifest.update(licence="mine")))
    assert other.id != small_pack.id
    assert len(other.id) == 12


def test_a_clip_is_read_when_it_is_heard(small_pack: Pack) -> None:
    clip = small_pack.clips["digit-7"]
    assert pcm.length_ms(clip.sound) == clip.ms
    clip.path.unlink()
    with pytest.raises(PackFault, match=r"digit-7.wav cannot be read"):
        _ = clip.sound


def test_the_longest_clips_that_there_are(small_pack: Pack) -> None:
    def names(text: str) -> list[str]:
        return [clip.name for clip in small_pack.clips_of(words_of(text))]

    assert names("tám mươi sáu") == ["counter-86"]
    assert names("năm") == ["digit-5"]
    assert names("mười lăm") == ["word-ten", "word-five-after-tens"]
    assert names("hai mươi mốt") == ["digit-2", "word-tens", "word-one-after-tens"]
    assert names("một trăm tám mươi sáu") == ["digit-1", "word-hundred", "counter-86"]
    assert names("một trăm linh năm") == ["digit-1", "word-hundred", "word-zero-tens", "digit-5"]
    assert names("đến quầy năm") == ["head-counter", "digit-5"]


def test_a_word_it_does_not_have(small_pack: Pack) -> None:
    with pytest.raises(BadText, match="no clip for 'bê'"):
        small_pack.clips_of(("tám", "bê"))
