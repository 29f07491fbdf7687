"""The voice packs in force: made at once, prepared before, taken up anew, or none."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from app.domain.plan import AnnouncementPlan, NumberForm, NumberReading, Plan, VoiceLengths
from app.domain.refusals import UnknownPage
from app.domain.states import SayKind
from app.plans import read_plan
from app.sounds import FALLBACK, FALLBACK_ENGLISH, Sounds, pack_folder, prepared_pack

PLAN = read_plan(Path(__file__).parents[1] / "plans" / "quang-ninh.toml")
ENGLISH = AnnouncementPlan(english=True)
GROUPS = AnnouncementPlan(NumberReading.GROUPS)
EVERY_WAY = {
    "digits": PLAN,
    "groups": replace(PLAN, announcements=GROUPS),
    "in English, too": replace(PLAN, announcements=ENGLISH),
    "longer": replace(
        PLAN,
        number=NumberForm(3, 4),
        counters=tuple(replace(counter, id="1" + counter.id) for counter in PLAN.counters),
    ),
}


def spoken_ms(wav: bytes) -> float:
    return (len(wav) - 44) / 2 / 22.05


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def sounds(data: Path) -> Sounds:
    return Sounds(prepared_pack(data, FALLBACK), lambda: prepared_pack(data, FALLBACK_ENGLISH, FALLBACK_ENGLISH))


@pytest.fixture
def pack(sounds: Sounds) -> str:
    return sounds.lengths(PLAN).pack


def test_the_quick_voice_is_prepared_at_once(data: Path, sounds: Sounds, pack: str) -> None:
    assert prepared_pack(data, FALLBACK) == data / "voice" / "espeak-vi"
    assert pack.endswith("-digits-2-3")
    assert sounds.wav(pack, "86001", "86")[:4] == b"RIFF"


@pytest.mark.parametrize("plan", EVERY_WAY.values(), ids=EVERY_WAY.keys())
def test_a_call_and_its_retraction_last_as_long_as_the_plan_says(sounds: Sounds, plan: Plan) -> None:
    lengths = sounds.lengths(plan)
    for at, counter in enumerate(plan.counters):
        number = f"{counter.id}{at * 17 % 1000:0{plan.number.running}}"
        call = sounds.wav(lengths.pack, number, counter.id)
        assert lengths.call(number, counter.id) == pytest.approx(spoken_ms(call), abs=1), (number, counter.id)
        sorry = sounds.wav(lengths.pack, number, "", SayKind.RETRACT)
        assert lengths.retraction(number) == pytest.approx(spoken_ms(sorry), abs=1), number
        assert sorry != call


def test_what_the_plan_keeps_of_a_pack_is_small(sounds: Sounds) -> None:
    lengths = sounds.lengths(PLAN)
    assert len(lengths.places) == 5
    assert set(lengths.counters) == {counter.id.lstrip("0") for counter in PLAN.counters}


def test_every_way_of_reading_has_an_address_of_its_own(sounds: Sounds) -> None:
    packs = [sounds.lengths(plan).pack for plan in EVERY_WAY.values()]
    assert len(set(packs)) == len(EVERY_WAY)
    calls = [sounds.wav(pack, "86123", "86") for pack in packs[:3]]
    assert len(set(calls)) == 3
    assert len(calls[2]) > 1.7 * len(calls[0]), "the sentence comes twice"


def test_without_an_english_voice_it_is_vietnamese_alone(data: Path, pack: str) -> None:
    alone = Sounds(prepared_pack(data, FALLBACK))
    assert alone.lengths(replace(PLAN, announcements=ENGLISH)).pack == pack


def test_a_pack_built_anew_is_taken_up_and_none_is_ever_mixed(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    copytree(prepared_pack(data, FALLBACK) or data, folder)
    sounds = Sounds(folder)
    before = sounds.lengths(PLAN)
    heard = sounds.wav(before.pack, "86001", "86")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["pauses"]["after_digit"] = 200
    (folder / "manifest.json").write_text(json.dumps(manifest))
    after = sounds.lengths(PLAN)
    assert after.pack != before.pack
    assert after.call("86001", "86") > before.call("86001", "86")
    assert sounds.wav(before.pack, "86001", "86") == heard, "kept, for what was announced before"
    with pytest.raises(UnknownPage):
        sounds.wav(before.pack, "86002", "86")


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_pack_that_is_harmed_while_it_speaks(
    data: Path, tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "pack"
    copytree(prepared_pack(data, FALLBACK) or data, folder)
    sounds = Sounds(folder)
    pack = sounds.lengths(PLAN).pack
    if harm == "gone":
        rmtree(folder)
    else:
        (folder / "manifest.json").write_text("{}")
        for clip in folder.glob("digit-*.wav"):
            clip.write_bytes(b"")
    assert sounds.lengths(PLAN).pack == pack
    with pytest.raises(UnknownPage):
        sounds.wav(pack, "86001", "86")
    assert "no sound of 86001" in caplog.text


def test_a_pack_of_before_there_were_retractions_takes_a_call_back_by_its_gong(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "voice" / "espeak-vi"
    copytree(prepared_pack(data, FALLBACK) or data, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["clips"]["head-retract"], manifest["clips"]["tail-retract"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sounds = Sounds(prepared_pack(tmp_path, FALLBACK))
    assert "renew it: goiso voice build --voice 'espeak:vi'" in caplog.text
    wav = sounds.wav(sounds.lengths(PLAN).pack, "86001", "86", SayKind.RETRACT)
    assert sounds.lengths(PLAN).retraction("86001") == pytest.approx(spoken_ms(wav), abs=1)


@pytest.mark.parametrize("kind", SayKind)
@pytest.mark.parametrize("number", ["", "8600", "860010", "86001000", "8600x", "８６００１", "86001\n", "-8601"])
def test_what_is_no_number_has_no_sound(sounds: Sounds, pack: str, number: str, kind: SayKind) -> None:
    with pytest.raises(UnknownPage):
        sounds.wav(pack, number, "86", kind)


@pytest.mark.parametrize("counter", ["", "8", "00", "000", "086", "0860", "8x", "８６", "86\n"])
def test_what_is_no_counter_has_no_call(sounds: Sounds, pack: str, counter: str) -> None:
    with pytest.raises(UnknownPage):
        sounds.wav(pack, "86001", counter)


@pytest.mark.parametrize("change", ["-en", "-song", "", "x"])
def test_what_is_no_pack_has_no_sound(sounds: Sounds, pack: str, change: str) -> None:
    other = pack + change if change else "0" * 12 + pack[12:]
    with pytest.raises(UnknownPage):
        sounds.wav(other, "86001", "86")


def test_a_voice_that_needs_the_internet_is_never_prepared_at_start(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert prepared_pack(data, "gtts:vi") == data / "voice" / "espeak-vi"
    assert "goiso voice build --voice 'gtts:vi'" in caplog.text
    copytree(data / "voice" / "espeak-vi", pack_folder(data, "gtts:vi"))
    assert prepared_pack(data, "gtts:vi") == data / "voice" / "gtts-vi"


def test_without_a_voice_calls_are_shown_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "voice" / "espeak-vi"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("no manifest")
    sounds = Sounds(prepared_pack(tmp_path, FALLBACK))
    assert "no voice" in caplog.text
    assert sounds.lengths(PLAN) == VoiceLengths()
    with pytest.raises(UnknownPage):
        sounds.wav("", "86001", "86")
