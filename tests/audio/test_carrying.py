"""A pack carried in one file: the same on the other side, and nothing but a pack is ever unpacked."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from audio import Pack, PackFault
from audio.carrying import export_pack, import_pack

Place = Callable[[str], Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where packs are kept on the other side."""
    return lambda voice: tmp_path / "other" / (voice.strip(":") or "-")


def test_there_it_is_the_same(humming_pack: Pack, tmp_path: Path, place: Place) -> None:
    export_pack(humming_pack.path, tmp_path / "voice.zip")
    there = import_pack(tmp_path / "voice.zip", place)
    assert there.path == tmp_path / "other" / "hum"
    assert there.id == humming_pack.id
    assert [clip.sound for clip in there.clips.values()] == [clip.sound for clip in humming_pack.clips.values()]
    assert [file.name for file in (tmp_path / "other").iterdir()] == ["hum"]


def test_it_takes_the_place_of_the_one_before(small_pack: Pack, tmp_path: Path, place: Place) -> None:
    export_pack(small_pack.path, tmp_path / "voice.zip")
    import_pack(tmp_path / "voice.zip", place)
    manifest = small_pack.path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"free"', '"mine"'))
    export_pack(small_pack.path, tmp_path / "voice.zip")
    assert import_pack(tmp_path / "voice.zip", place).licence == "mine"


def test_a_damaged_pack_is_not_sent(small_pack: Pack, tmp_path: Path) -> None:
    small_pack.clips["digit-3"].path.unlink()
    with pytest.raises(PackFault, match="digit-3.wav cannot be read"):
        export_pack(small_pack.path, tmp_path / "voice.zip")
    assert not (tmp_path / "voice.zip").exists()


def test_nowhere_to_write(humming_pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(PackFault, match="voice.zip cannot be written: No such file"):
        export_pack(humming_pack.path, tmp_path / "no" / "voice.zip")


@pytest.mark.parametrize("name", ["../evil.wav", "/etc/evil.wav", "sub/digit-3.wav", "run.sh", ".."])
def test_nothing_but_clips_is_unpacked(tmp_path: Path, place: Place, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "voice.zip", "w") as parcel:
        parcel.writestr(name, b"evil")
    with pytest.raises(PackFault, match="expected manifest.json and clips only"):
        import_pack(tmp_path / "voice.zip", place)
    assert not list(tmp_path.rglob("evil*"))
    assert not list((tmp_path / "other").iterdir())


def test_a_file_that_would_fill_the_disk(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.carrying.MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "voice.zip", "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("digit-1.wav", bytes(2000))
    with pytest.raises(PackFault, match="holds more than"):
        import_pack(tmp_path / "voice.zip", place)


@pytest.mark.parametrize("data", [b"", b"PK hello", b"RIFF"])
def test_what_is_no_such_file(tmp_path: Path, place: Place, data: bytes) -> None:
    (tmp_path / "voice.zip").write_bytes(data)
    with pytest.raises(PackFault, match=r"voice.zip cannot be unpacked: "):
        import_pack(tmp_path / "voice.zip", place)
    with pytest.raises(PackFault, match=r"nothing.zip cannot be unpacked: .*No such file"):
        import_pack(tmp_path / "nothing.zip", place)


def test_an_incomplete_pack_replaces_nothing(humming_pack: Pack, tmp_path: Path, place: Place) -> None:
    export_pack(humming_pack.path, tmp_path / "voice.zip")
    import_pack(tmp_path / "voice.zip", place)
    with zipfile.ZipFile(tmp_path / "voice.zip", "w") as parcel:
        parcel.write(humming_pack.path / "manifest.json", "manifest.json")
    with pytest.raises(PackFault, match="cannot be read"):
        import_pack(tmp_path / "voice.zip", place)
    assert Pack.open(tmp_path / "other" / "hum").id == humming_pack.id
