"""Building a pack: whole or not there, continued where it stopped, replaced only by a whole one."""

import fcntl
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from audio import (
    BadUrl,
    Pack,
    PackFault,
    Units,
    Voice,
    VoiceFailed,
    build,
    open_or_build,
    open_voice,
    pcm,
    wanted,
)
from audio.building import CEILING, LOUDNESS
from audio.loudness import lufs
from audio.reading import Form, Reading, language

Clips = dict[str, str]


class Hums(Voice, Protocol):
    """What the humming voice of conftest tells beyond a voice."""

    url: str
    asked: list[str]


Hum = Callable[..., Hums]


def test_the_pack_of_an_installation(espeak_pack: Pack) -> None:
    assert set(espeak_pack.clips) == {"chime", *wanted(language("vi"))}
    assert espeak_pack.voice == "espeak:vi"
    assert "GPL" in espeak_pack.licence


def test_no_clip_clips_and_all_are_as_loud(espeak_pack: Pack) -> None:
    for clip in espeak_pack.clips.values():
        found = pcm.samples(clip.sound)
        assert pcm.peak(found) <= pcm.FULL * 10 ** (CEILING / 20) + 1, clip.name
        assert lufs(found) == pytest.approx(LOUDNESS, abs=0.7), clip.name
        assert clip.lufs == pytest.approx(LOUDNESS, abs=0.1), clip.name


def test_every_clip_begins_and_ends_near_zero(espeak_pack: Pack) -> None:
    for clip in espeak_pack.clips.values():
        found = pcm.samples(clip.sound)
        assert pcm.peak(found[:10]) < 200, clip.name
        assert pcm.peak(found[-10:]) < 200, clip.name


def test_progress_and_date(tmp_path: Path, hum: Hum, few: Clips) -> None:
    told: list[tuple[int, int, str]] = []
    day = datetime(2020, 4, 3, 8, 6, tzinfo=UTC)
    pack = build(tmp_path / "p", hum(), clips=few, made_at=day, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == list(range(1, len(few) + 1))
    assert told[0] == (1, len(few), "mời số")
    assert pack.made_at == "2020-04-03T08:06:00+00:00"


def test_a_cut_build_goes_on(tmp_path: Path, hum: Hum, few: Clips) -> None:
    first = hum(last=7)
    with pytest.raises(VoiceFailed, match="too much"):
        build(tmp_path / "p", first, clips=few)
    assert not (tmp_path / "p").exists()
    cut = list(few)[3]
    (tmp_path / "p.part" / f"{cut}.wav").write_bytes(b"RIFF half")
    second = hum()
    pack = build(tmp_path / "p", second, clips=few)
    texts = list(few.values())
    assert second.asked == [*texts[3:4], *texts[7:]]
    assert [file.name for file in tmp_path.iterdir()] == ["p"]
    assert {file.name for file in pack.path.iterdir()} == {"manifest.json"} | {
        clip.path.name for clip in pack.clips.values()
    }


def test_another_voice_begins_anew(tmp_path: Path, hum: Hum, few: Clips) -> None:
    with pytest.raises(VoiceFailed):
        build(tmp_path / "p", hum(last=7), clips=few)
    other = hum()
    other.url = "hum:higher"
    build(tmp_path / "p", other, clips=few)
    assert len(other.asked) == len(few)


def test_a_new_pack_replaces_the_old_only_when_whole(tmp_path: Path, hum: Hum, few: Clips) -> None:
    build(tmp_path / "p", hum(), clips=few, made_at=datetime(2020, 4, 3, tzinfo=UTC))
    with pytest.raises(VoiceFailed):
        build(tmp_path / "p", hum(last=7), clips=few)
    assert Pack.open(tmp_path / "p").made_at.startswith("2020-04-03")
    build(tmp_path / "p", hum(), clips=few, made_at=datetime(2021, 1, 2, tzinfo=UTC))
    assert Pack.open(tmp_path / "p").made_at.startswith("2021-01-02")
    assert [file.name for file in tmp_path.iterdir()] == ["p"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, hum: Hum, few: Clips) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").write_text("dear")
    with pytest.raises(PackFault, match="letters is there and is not a clip pack"):
        build(tmp_path / "letters", hum(), clips=few)
    assert (tmp_path / "letters" / "mother.txt").exists()


def test_one_builder_at_a_time(tmp_path: Path, hum: Hum, few: Clips) -> None:
    (tmp_path / "p.part").mkdir()
    other = os.open(tmp_path / "p.part", os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(PackFault, match="being built by another process"):
        build(tmp_path / "p", hum(), clips=few)
    os.close(other)
    build(tmp_path / "p", hum(), clips=few)


def test_a_voice_of_another_language_is_refused_before_it_speaks(tmp_path: Path) -> None:
    with pytest.raises(
        BadUrl, match="'espeak:fr' cannot be used: the language 'fr' is not known, expected vi or en"
    ):
        build(tmp_path / "p", open_voice("espeak:fr"))
    assert not list(tmp_path.iterdir())


def test_nowhere_to_write(tmp_path: Path, hum: Hum, few: Clips) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PackFault, match="cannot be written"):
        build(tmp_path / "file" / "p", hum(), clips=few)


def test_too_few_clips_never_become_a_pack(tmp_path: Path, hum: Hum, few: Clips) -> None:
    clips = {name: text for name, text in few.items() if name != "digit-4"}
    with pytest.raises(PackFault, match="no clip 'digit-4'"):
        build(tmp_path / "p", hum(), clips=clips)
    assert not (tmp_path / "p").exists()


def test_open_or_build(tmp_path: Path, hum: Hum, few: Clips) -> None:
    made = build(tmp_path / "p", hum(), clips=few)
    assert open_or_build(tmp_path / "p", "espeak:vi") == made, "it is there, so no voice is asked"
    (tmp_path / "p" / "manifest.json").write_text("{}")
    with pytest.raises(PackFault, match="schema 2"):
        open_or_build(tmp_path / "p", "espeak:vi")


def test_several_who_ask_for_the_same_pack_get_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as together:
        packs = list(together.map(lambda _: open_or_build(tmp_path / "pack", "espeak:vi"), range(4)))
    assert len({pack.made_at for pack in packs}) == 1


def test_short_medium_and_long() -> None:
    vi, en = language("vi"), language("en")
    sizes = {units: len(wanted(vi, units)) for units in Units}
    assert sizes == {Units.SHORT: 39, Units.MEDIUM: 111, Units.LONG: 1308}
    assert len(wanted(vi, Units.LONG, Form(reading=Reading.GROUPS))) == 1218
    assert len(wanted(en, Units.SHORT)) == 34
    assert set(wanted(vi, Units.SHORT)) < set(wanted(vi)) < set(wanted(vi, Units.LONG))
    assert wanted(vi, letters=True)["letter-A"] == "a"


def test_each_text_is_spoken_once() -> None:
    for spoken in (language("vi"), language("vi", "south"), language("en")):
        texts = list(wanted(spoken, Units.LONG).values())
        assert len(texts) == len(set(texts))


def test_a_southern_voice_says_southern_words(tmp_path: Path) -> None:
    assert wanted(language("vi", "south"))["word-zero-tens"] == "lẻ"
    assert open_voice("espeak:vi-vn-x-south").region == "south"
    hummed = open_or_build(tmp_path / "p", "espeak:vi-vn-x-south")
    assert (hummed.language.region, hummed.clips["word-thousand"].text) == ("south", "ngàn")
