"""Few figures for many lengths: never below one of them, exact where lengths are sums, close elsewhere."""

from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from audio.lengths import Lengths, added, fitted

DIGITS = "0123456789"
FIGURES = st.lists(st.integers(10, 80).map(lambda steps: 20 * steps), min_size=10, max_size=10)


def total(places: tuple[tuple[int, ...], ...], text: str) -> int:
    return Lengths(0, places, 0).number_ms(text)


def all_texts(size: int) -> list[str]:
    return ["".join(digits) for digits in product(DIGITS, repeat=size)]


@given(st.lists(FIGURES, min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_sums_of_digits_are_met_exactly(tables: list[list[int]]) -> None:
    lengths = {
        text: sum(table[int(digit)] for table, digit in zip(tables, text, strict=True))
        for text in all_texts(len(tables))
    }
    places = fitted(lengths)
    assert {text: total(places, text) for text in lengths} == lengths


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_nothing_is_longer_than_told(random: Random) -> None:
    lengths = {text: 20 * random.randint(40, 70) for text in all_texts(2)}
    places = fitted(lengths)
    spare = [total(places, text) - ms for text, ms in lengths.items()]
    assert min(spare) == 0
    for place in range(2):  # and no figure can be lowered
        for digit in DIGITS:
            assert min(ms for ms, text in zip(spare, lengths, strict=True) if text[place] == digit) == 0
    assert all(figure >= 0 for place in places[1:] for figure in place)


def test_sentences_one_after_the_other() -> None:
    one, other = ((20,) * 10, (40,) * 10), ((100,) * 10, (200,) * 10)
    assert added([one, other]) == ((120,) * 10, (240,) * 10)
    assert added([one]) == one
