"""URLs: read whole, and refused with the names of what there is."""

import pytest

from audio.errors import BadUrl
from audio.urls import Url


def test_taken_apart() -> None:
    assert Url.read("file:/var/x?fast", "player", ["file"]) == Url(
        "file:/var/x?fast", "file", "/var/x", {"fast": ""}
    )
    assert Url.read("file:///var/x", "player", ["file"]).target == "/var/x"
    assert Url.read("espeak:vi+f2?speed=90", "voice", ["espeak"]).target == "vi+f2"


@pytest.mark.parametrize("text", ["", "espeak", "piano:vi", "/var/x"])
def test_unknown_scheme(text: str) -> None:
    with pytest.raises(BadUrl, match="known ones are espeak:, gtts:"):
        Url.read(text, "voice", ["espeak", "gtts"])


def test_options() -> None:
    url = Url.read("espeak:vi?speed=90&x=1", "voice", ["espeak"])
    assert url.whole("speed", 130, 80, 450) == 90
    assert url.whole("pitch", 55, 0, 99) == 55
    with pytest.raises(BadUrl, match="unknown option 'x'; the known ones are: speed"):
        url.allow("speed")


@pytest.mark.parametrize("value", ["79", "451", "fast", "", "-1", "9.5"])
def test_a_number_out_of_range(value: str) -> None:
    with pytest.raises(BadUrl, match="from 80 to 450"):
        Url.read(f"espeak:vi?speed={value}", "voice", ["espeak"]).whole("speed", 130, 80, 450)
