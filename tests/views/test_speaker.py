"""One voice: who speaks, and what."""

import pytest

from app.domain.refusals import UnknownZone
from app.views import speaker, tv
from tests.conftest import Played


def test_a_silent_hall(played: Played) -> None:
    rows = speaker.rows(played.hall, "tang-3")
    assert rows == {"voice": {"voice": "tang-3", "holder": "", "since": 0, "pack": ""}}


def test_the_speaker_hears_what_the_tv_shows(busy: Played) -> None:
    rows = speaker.rows(busy.hall, "tang-3")
    assert rows["voice"] == {"voice": "tang-3", "holder": "loa-1", "since": 1, "pack": ""}
    shown = tv.rows(busy.hall, "tang-3")
    assert {name: row | {"voice": "tang-3"} for name, row in rows.items() if name != "voice"} == {
        name.replace("/tang-3/", "/"): row for name, row in shown.items() if name.startswith("say/")
    }
    assert [name for name in rows if name.startswith("say/")] == ["say/1", "say/2"]


def test_an_unknown_voice_is_refused(played: Played) -> None:
    with pytest.raises(UnknownZone):
        speaker.rows(played.hall, "tang-9")
