"""Numbers in words: two hundred rows by hand, and a grammar written apart from the code for every number there
is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audio import english, reading, vietnamese
from audio.errors import BadText
from audio.reading import Form, Reading, call, counter_words, groups, language, retraction, spoken
from tests.audio import grammar

ROWS = [
    [cell.strip() for cell in line.split("|")]
    for line in Path(__file__).with_name("readings.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
NORTH, SOUTH, ENGLISH = language("vi"), language("vi", "south"), language("en")
GROUPS = Form(reading=Reading.GROUPS)


def said(phrases: list[reading.Phrase]) -> str:
    return ", ".join(" ".join(phrase.words) for phrase in phrases)


def test_two_hundred_rows_by_hand() -> None:
    assert len(ROWS) == 200
    for value, north, south, words in ROWS:
        assert NORTH.number(int(value)) == north
        assert SOUTH.number(int(value)) == (south or north)
        assert ENGLISH.number(int(value)) == words


@pytest.mark.parametrize(
    ("number", "parse"),
    [
        (NORTH.number, grammar.NORTH.number),
        (SOUTH.number, grammar.SOUTH.number),
        (english.number, grammar.english),
    ],
    ids=["north", "south", "english"],
)
def test_every_number_comes_back_from_its_words(number: Callable[[int], str], parse: Callable[[str], int]) -> None:
    words = [number(value) for value in range(100_000)]
    assert [parse(text) for text in words] == list(range(100_000))
    assert len(set(words)) == 100_000


@pytest.mark.parametrize(
    "wrong",
    [
        "mươi",
        "hai mươi một",
        "hai mươi năm",
        "mười năm",
        "một mươi",
        "năm nghìn linh năm",
        "hai mươi bốn",
        "một ngàn",
    ],
)
def test_the_grammar_is_strict(wrong: str) -> None:
    with pytest.raises(AssertionError):
        grammar.NORTH.number(wrong)


@pytest.mark.parametrize(
    "wrong", ["one ten", "twenty eleven", "hundred", "two hundred hundred", "two thousand zero"]
)
def test_the_english_grammar_is_strict(wrong: str) -> None:
    with pytest.raises(AssertionError):
        grammar.english(wrong)


@pytest.mark.parametrize("value", [-1, 100_000])
def test_out_of_range(value: int) -> None:
    for number in (NORTH.number, english.number):
        with pytest.raises(BadText, match="0 to 99999"):
            number(value)


def test_every_group_comes_back_from_its_words() -> None:
    for by, words in ((NORTH, grammar.NORTH), (SOUTH, grammar.SOUTH)):
        for size in (2, 3, 4):
            texts = [f"{value:0{size}}" for value in range(10**size)]
            for text in texts:
                [group] = groups(text, by, Form(size, 0, Reading.GROUPS))
                assert words.group(" ".join(group.words)) == text


@pytest.mark.parametrize(
    ("number", "digits", "as_groups"),
    [
        ("86001", "tám sáu, không không một", "tám mươi sáu, không không một"),
        ("86123", "tám sáu, một hai ba", "tám mươi sáu, một trăm hai mươi ba"),
        ("05012", "không năm, không một hai", "không năm, không mười hai"),
        ("21105", "hai một, một không năm", "hai mươi mốt, một trăm linh năm"),
        ("01000", "không một, không không không", "không một, không không không"),
        ("861005", "tám sáu, một không không năm", "tám mươi sáu, một nghìn không trăm linh năm"),
        ("7", "bảy", "bảy"),
    ],
)
def test_a_number_digit_by_digit_or_in_groups(number: str, digits: str, as_groups: str) -> None:
    assert said(groups(number, NORTH, Form())) == digits
    assert said(groups(number, NORTH, GROUPS)) == as_groups


def test_a_call_and_its_retraction() -> None:
    assert said(call("86001", "86", NORTH, Form())) == "mời số, tám sáu, không không một, đến quầy tám mươi sáu"
    assert said(retraction("86001", NORTH, Form())) == "xin lỗi số, tám sáu, không không một, vui lòng chờ"
    words = "number, eight six, zero zero one, please go to counter eighty six"
    assert said(call("86001", "86", ENGLISH, Form())) == words
    assert said(retraction("86001", ENGLISH, Form())) == "sorry number, eight six, zero zero one, please wait"


@pytest.mark.parametrize(
    ("counter", "words"),
    [("05", "năm"), ("101", "một trăm linh một"), ("5A", "năm a"), ("b12", "bê mười hai"), ("Đ", "đê")],
)
def test_counters_are_numbers_and_letters_have_their_names(counter: str, words: str) -> None:
    assert counter_words(counter, NORTH) == words


def test_letters_of_numbers() -> None:
    assert said(groups("A012", NORTH, Form(1, 3))) == "a, không một hai"
    assert said(groups("w7", ENGLISH, Form())) == "double you seven"
    for by in (NORTH, ENGLISH):
        assert set(by.letters) == {*"ABCDEFGHIJKLMNOPQRSTUVWXYZĐ"}
        alike = {"Đ"} if by is ENGLISH else set()  # English has one word for D and Đ
        assert len(set(by.letters.values())) == len(by.letters) - len(alike)


@pytest.mark.parametrize(
    "text", ["", "86-01", " 86001", "-1", "8.6", "٨٦", "8²", "1" * 13, "86001\n", "ß", "Ơ1", "٠", "8６"]
)
def test_what_is_not_digits_and_letters_is_refused(text: str) -> None:
    for number, counter in ((text, "86"), ("86001", text)):
        with pytest.raises(BadText, match="digits 0-9 and letters A-Z"):
            call(number, counter, NORTH, Form())
    with pytest.raises(BadText, match="digits 0-9 and letters A-Z"):
        retraction(text, NORTH, Form())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("head-counter", "đến quầy"),
        ("digit-8", "tám"),
        ("counter-105", "một trăm linh năm"),
        ("word-zero-tens", "linh"),
        ("letter-A", "a"),
        ("to-86", "đến quầy tám mươi sáu"),
        ("spelled-001", "không không một"),
        ("group-012", "không mười hai"),
    ],
)
def test_the_words_of_a_clip(name: str, words: str) -> None:
    assert spoken(name, NORTH) == words


@pytest.mark.parametrize(
    "name", ["", "digit-x", "digit-10", "counter-05", "letter-a", "song-1", "to-", "word-ten-1"]
)
def test_a_clip_that_is_none(name: str) -> None:
    with pytest.raises(BadText, match="not known"):
        spoken(name, NORTH)


def test_the_words_of_numbers_are_all_there() -> None:
    for by in (NORTH, SOUTH):
        known = {*by.digits, *by.words.values()}
        assert {word for value in range(100_000) for word in by.number(value).split()} == known


def test_unknown_languages_and_regions() -> None:
    with pytest.raises(BadText, match="'fr' is not known, expected vi or en"):
        language("fr")
    with pytest.raises(BadText, match="'vi' has no region 'west', expected north or south"):
        language("vi", "west")
    assert vietnamese.NORTH is vietnamese.REGIONS["north"]
