"""Every refusal: a code of its own, and sentences in Vietnamese and English that can be read aloud."""

import re
from string import Formatter

import pytest

from app.domain import refusals
from app.domain.refusals import Refusal, code_of, leaves, tree

EVERY = leaves()
SAMPLE: dict[str, str | int] = {
    "group": "cao-tuoi",
    "outcome": "xong",
    "address": "10.0.0.5",
    "center": "quang-ninh",
    "counter": "86",
    "date": "03/04/2020",
    "least": 10,
    "keypad": 66,
    "login": "lan",
    "minutes": 5,
    "name": "anh.jpg",
    "old": "0123 456 7890",
    "new": "0323 456 789",
    "phone": "0203 383 5678",
    "left": 3,
    "seconds": 40,
    "picture": 20,
    "film": 60,
    "most": 200,
    "since": "09:30",
    "number": "86001",
    "reason": ": máy in hỏng",
    "service": "visa",
    "time": "07:00",
    "topic": "tv/quang-ninh/tang-3",
    "what": "plan.id",
    "zone": "tang-3",
}
ENDS = (".", "!", "?", "}")  # a sentence that ends with what a fault says has the fault's own end


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("refusal", EVERY, ids=code_of)
def test_every_sentence_can_be_read_in_both_languages(refusal: type[Refusal]) -> None:
    this = refusal(**SAMPLE)
    for language in ("vi", "en"):
        sentence, hint = this.sentence(language), this.hint(language)
        assert 10 < len(sentence) < 160
        assert "{" not in sentence + hint
        assert sentence == sentence.strip()
        assert sentence[0].isupper()
        assert sentence != this.sentence("en" if language == "vi" else "vi")
    assert this.vi.endswith(ENDS)
    assert this.en.endswith(ENDS)
    assert str(this) == this.sentence("en")


@pytest.mark.parametrize("refusal", EVERY, ids=code_of)
def test_both_languages_say_the_same_data_and_hint_together(refusal: type[Refusal]) -> None:
    said = fields(refusal.vi) | fields(refusal.en)
    assert said <= SAMPLE.keys()
    assert fields(refusal.vi) == fields(refusal.en)
    assert fields(refusal.hint_vi) == fields(refusal.hint_en)
    assert bool(refusal.hint_vi) == bool(refusal.hint_en)


def test_codes_are_unique_words_with_hyphens() -> None:
    codes = [code_of(refusal) for refusal in EVERY]
    assert len(codes) == len(set(codes)) > 30
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert code_of(refusals.NotAtThisCounter) == "not-at-this-counter"


def test_every_leaf_hangs_on_one_of_the_six_branches() -> None:
    branches = Refusal.__subclasses__()
    assert [branch.__name__ for branch in branches] == re.findall(r"[├└]── (\w+)", tree.__doc__ or "")
    assert not set(branches) & set(EVERY)
