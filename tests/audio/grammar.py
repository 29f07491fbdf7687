"""The grammar of numbers once more, from the other side and apart from the code: words to number, as patterns of
what may stand where. What is no number's one right reading is refused by an assertion."""

import re
from dataclasses import dataclass

PLAIN = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
AFTER_TEN = {word: value for word, value in PLAIN.items() if word != "năm"} | {"lăm": 5}


def one_of(words: dict[str, int]) -> str:
    return "|".join(words)


@dataclass(frozen=True)
class Vietnamese:
    """One region's words: the empty place of tens, the thousand, four after tens."""

    zero_tens: str
    thousand: str
    four: str

    def number(self, text: str) -> int:
        """The number of well-formed words."""
        if text == "không":
            return 0
        thousands, found, rest = text.partition(f" {self.thousand}")
        if not found:
            assert not text.startswith("không"), text
            return self._three(text)
        assert not rest or " trăm" in rest, f"{text}: after a thousand the hundreds are always said"
        return 1000 * self._two(thousands) + (self._three(rest.removeprefix(" ")) if rest else 0)

    def group(self, text: str) -> str:
        """The digits of a group: its leading zeros, and the number after them."""
        zeros, words = 0, text.split()
        while words and words[0] == "không":
            zeros, words = zeros + 1, words[1:]
        return "0" * zeros + (str(self.number(" ".join(words))) if words else "")

    def _two_digits(self) -> str:
        tens = one_of({word: value for word, value in PLAIN.items() if value > 1})
        return (
            f"mười(?: (?P<teen>{one_of(AFTER_TEN)}))?|(?P<tens>{tens}) mươi(?: (?P<ty>{one_of(self._after())}))?"
        )

    def _after(self) -> dict[str, int]:
        kept = {word: value for word, value in AFTER_TEN.items() if word not in ("một", "bốn")}
        return kept | {"mốt": 1, self.four: 4}

    def _two(self, text: str) -> int:
        match = re.fullmatch(f"(?P<unit>{one_of(PLAIN)})|{self._two_digits()}", text)
        assert match, text
        if match["unit"]:
            return PLAIN[match["unit"]]
        if match["tens"]:
            return PLAIN[match["tens"]] * 10 + (self._after()[match["ty"]] if match["ty"] else 0)
        return 10 + (AFTER_TEN[match["teen"]] if match["teen"] else 0)

    def _three(self, text: str) -> int:
        rest = f"{self.zero_tens} (?P<odd>{one_of(PLAIN)})|(?P<rest>{self._two_digits()})"
        match = re.fullmatch(f"(?P<hundreds>không|{one_of(PLAIN)}) trăm(?: (?:{rest}))?", text)
        if not match:
            return self._two(text)
        value = 100 * ({"không": 0} | PLAIN)[match["hundreds"]]
        if match["odd"]:
            return value + PLAIN[match["odd"]]
        return value + (self._two(match["rest"]) if match["rest"] else 0)


NORTH, SOUTH = Vietnamese("linh", "nghìn", "tư"), Vietnamese("lẻ", "ngàn", "bốn")

UNITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
TEENS = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14},
    **{"fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19},
}
TIES = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
BELOW_HUNDRED = f"(?:{one_of(UNITS)}|{one_of(TEENS)}|(?:{one_of(TIES)})(?: (?:{one_of(UNITS)}))?)"
BELOW_THOUSAND = f"(?:(?:{one_of(UNITS)}) hundred(?: {BELOW_HUNDRED})?|{BELOW_HUNDRED})"
ENGLISH = re.compile(f"{BELOW_HUNDRED} thousand(?: {BELOW_THOUSAND})?|{BELOW_THOUSAND}|zero")


def english(text: str) -> int:
    """The number of well-formed English words: each word adds its value, "hundred" and "thousand" multiply."""
    assert ENGLISH.fullmatch(text), text
    total = below = 0
    for word in text.split():
        match word:
            case "thousand":
                total, below = below * 1000, 0
            case "hundred":
                below *= 100
            case _:
                below += (UNITS | TEENS | TIES | {"zero": 0})[word]
    return total + below
