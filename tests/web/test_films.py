"""Which films TVs can play, read from what is in them."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.films import NoFilm, check_film, kind_of_film
from tests.web.films import mp4, picture, webm


def check(data: bytes) -> None:
    check_film(io.BytesIO(data), kind_of_film(data[:16]))


@pytest.mark.parametrize(
    "film",
    [
        mp4(),
        mp4(b"avc3"),
        mp4(b"vp09", (1920, 1080)),
        mp4(size=(1080, 1920)),
        webm(),
        webm(b"V_VP9", (1920, 1088)),
    ],
)
def test_what_is_played_everywhere(film: bytes) -> None:
    check(film)


@pytest.mark.parametrize(
    "film",
    [
        mp4(b"hvc1"),
        mp4(b"av01"),
        mp4(size=(3840, 2160)),
        mp4(size=(1920, 1920)),
        mp4(size=(0, 0)),
        mp4(kind=b"soun"),
        mp4()[:-40],
        mp4()[:16],
        webm(b"V_AV1"),
        webm(b"V_MPEGH/ISO/HEVC"),
        webm(size=(3840, 2160)),
        webm(doc=b"matroska"),
        webm()[:60],
    ],
)
def test_what_is_not(film: bytes) -> None:
    with pytest.raises(NoFilm):
        check(film)


def test_a_picture_is_no_film() -> None:
    assert kind_of_film(picture()[:16]) == kind_of_film(b"") == kind_of_film(b"<svg xmlns=") == ""


@given(st.sampled_from([mp4(), webm()]), st.integers(4, 400), st.binary(min_size=1, max_size=8))
def test_damaged_tables_are_never_more_than_damaged(film: bytes, at: int, what: bytes) -> None:
    damaged = film[:at] + what + film[at + len(what) :]
    kind = kind_of_film(damaged[:16])
    with contextlib.suppress(NoFilm):
        check_film(io.BytesIO(damaged), kind or kind_of_film(film[:16]))
