"""Numbers in Vietnamese: a table by hand, and a parser written apart from the code for every number there is."""

import re

import pytest

from audio.errors import BadText
from audio.reading import DIGITS, WORDS, digits, number, retraction, sentence, spoken

TABLE = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    19: "mười chín",
    20: "hai mươi",
    21: "hai mươi mốt",
    22: "hai mươi hai",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    31: "ba mươi mốt",
    40: "bốn mươi",
    41: "bốn mươi mốt",
    44: "bốn mươi tư",
    50: "năm mươi",
    51: "năm mươi mốt",
    54: "năm mươi tư",
    55: "năm mươi lăm",
    66: "sáu mươi sáu",
    68: "sáu mươi tám",
    86: "tám mươi sáu",
    91: "chín mươi mốt",
    99: "chín mươi chín",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    124: "một trăm hai mươi tư",
    500: "năm trăm",
    555: "năm trăm năm mươi lăm",
    999: "chín trăm chín mươi chín",
    1000: "một nghìn",
    1001: "một nghìn không trăm linh một",
    1005: "một nghìn không trăm linh năm",
    1010: "một nghìn không trăm mười",
    1015: "một nghìn không trăm mười lăm",
    1021: "một nghìn không trăm hai mươi mốt",
    1100: "một nghìn một trăm",
    1105: "một nghìn một trăm linh năm",
    5000: "năm nghìn",
    10000: "mười nghìn",
    10001: "mười nghìn không trăm linh một",
    15015: "mười lăm nghìn không trăm mười lăm",
    21000: "hai mươi mốt nghìn",
    24024: "hai mươi tư nghìn không trăm hai mươi tư",
    86001: "tám mươi sáu nghìn không trăm linh một",
    99999: "chín mươi chín nghìn chín trăm chín mươi chín",
}

# The grammar once more, from the other side: words to number. A unit has another form in each place.
PLAIN = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
AFTER_TEN = {word: value for word, value in PLAIN.items() if word != "năm"} | {"lăm": 5}
AFTER_TENS = {word: value for word, value in AFTER_TEN.items() if word not in ("một", "bốn")}
AFTER_TENS |= {"mốt": 1, "tư": 4}


def one_of(words: dict[str, int]) -> str:
    return "|".join(words)


TWO_DIGITS = (
    f"mười(?: (?P<teen>{one_of(AFTER_TEN)}))?"
    f"|(?P<tens>{one_of({w: v for w, v in PLAIN.items() if v > 1})}) mươi(?: (?P<ty>{one_of(AFTER_TENS)}))?"
)
UNDER_HUNDRED = re.compile(f"(?P<unit>{one_of(PLAIN)})|{TWO_DIGITS}")
UNDER_THOUSAND = re.compile(
    f"(?P<hundreds>không|{one_of(PLAIN)}) trăm(?: (?:linh (?P<odd>{one_of(PLAIN)})|(?P<rest>{TWO_DIGITS})))?"
)


def parse_two(text: str) -> int:
    match = UNDER_HUNDRED.fullmatch(text)
    assert match, text
    if match["unit"]:
        return PLAIN[match["unit"]]
    if match["tens"]:
        return PLAIN[match["tens"]] * 10 + (AFTER_TENS[match["ty"]] if match["ty"] else 0)
    return 10 + (AFTER_TEN[match["teen"]] if match["teen"] else 0)


def parse_three(text: str) -> int:
    match = UNDER_THOUSAND.fullmatch(text)
    if not match:
        return parse_two(text)
    value = 100 * ({"không": 0} | PLAIN)[match["hundreds"]]
    if match["odd"]:
        return value + PLAIN[match["odd"]]
    return value + (parse_two(match["rest"]) if match["rest"] else 0)


def parse(text: str) -> int:
    """The number of well-formed words; an assertion fails for others."""
    if text == "không":
        return 0
    thousands, found, rest = text.partition(" nghìn")
    if not found:
        assert not text.startswith("không"), text
        return parse_three(text)
    assert not rest or " trăm" in rest, f"{text}: after nghìn the hundreds are always said"
    return 1000 * parse_two(thousands) + (parse_three(rest.removeprefix(" ")) if rest else 0)


@pytest.mark.parametrize(("value", "words"), TABLE.items())
def test_by_hand(value: int, words: str) -> None:
    assert number(value) == words


def test_every_number_comes_back_from_its_words() -> None:
    words = [number(value) for value in range(100_000)]
    assert [parse(text) for text in words] == list(range(100_000))
    assert len(set(words)) == 100_000


@pytest.mark.parametrize(
    "wrong", ["mươi", "hai mươi một", "hai mươi năm", "mười năm", "một mươi", "năm nghìn linh năm"]
)
def test_the_parser_is_strict(wrong: str) -> None:
    with pytest.raises(AssertionError):
        parse(wrong)


@pytest.mark.parametrize("value", [-1, 100_000])
def test_out_of_range(value: int) -> None:
    with pytest.raises(BadText, match="0 to 99999"):
        number(value)


def test_digits_are_read_one_by_one() -> None:
    assert digits("86001") == ["tám", "sáu", "không", "không", "một"]
    assert digits("0123456789") == list(DIGITS)


def test_sentence() -> None:
    names = sentence("86001", "86")
    assert " ".join(map(spoken, names)) == "mời số tám sáu không không một đến quầy tám mươi sáu"
    assert names[:2] == ("head-number", "digit-8")
    assert sentence("05001", "05")[-1] == "counter-5"
    assert spoken("counter-5") == "năm"


def test_retraction() -> None:
    names = retraction("86001")
    assert " ".join(map(spoken, names)) == "xin lỗi, số tám sáu không không một vui lòng chờ"
    assert (names[0], names[-1]) == ("head-retract", "tail-retract")


@pytest.mark.parametrize("text", ["", "86a01", " 86001", "-1", "8.6", "٨٦", "8²", "1" * 13, "86001\n"])
def test_what_is_not_digits_is_refused(text: str) -> None:
    with pytest.raises(BadText, match="digits 0-9"):
        digits(text)
    with pytest.raises(BadText, match="digits 0-9"):
        sentence(text, "86")
    with pytest.raises(BadText, match="digits 0-9"):
        retraction(text)
    with pytest.raises(BadText, match="digits 0-9"):
        sentence("86001", text)


def test_the_words_of_numbers_are_all_there() -> None:
    known = {*DIGITS, *WORDS.values()}
    assert {word for value in range(100_000) for word in number(value).split()} == known
