"""Numbers and letters as English words. Pure; called by reading.

Source of the grammar: Unicode CLDR, spell-out rules of English (``common/rbnf/en.xml``, ``%spellout-cardinal``),
without its hyphens: each word is a word of its own here.
"""

from audio.errors import BadText

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
LARGEST = 99_999

# Written as they sound, so that a voice does not take "A" for an article or "I" for a person.
LETTERS = {
    **{"A": "ay", "B": "bee", "C": "see", "D": "dee", "Đ": "dee", "E": "ee", "F": "eff", "G": "jee", "H": "aitch"},
    **{"I": "eye", "J": "jay", "K": "kay", "L": "el", "M": "em", "N": "en", "O": "oh", "P": "pee", "Q": "cue"},
    **{"R": "are", "S": "ess", "T": "tee", "U": "you", "V": "vee", "W": "double you", "X": "ex", "Y": "why"},
    "Z": "zed",
}


def number(value: int) -> str:
    """Read ``value`` (0 … 99,999): 86 "eighty six", 105 "one hundred five", 1001 "one thousand one".

    Raises BadText outside this range.
    """
    if not 0 <= value <= LARGEST:
        raise BadText(f"{value} cannot be read as a number, expected 0 to {LARGEST}")
    return " ".join(_words(value)) or DIGITS[0]


def _words(value: int) -> list[str]:
    for size, word in ((1000, "thousand"), (100, "hundred")):
        if value >= size:
            return [*_words(value // size), word, *_words(value % size)]
    if value >= 20:
        return [TENS[value // 10], *_words(value % 10)]
    if value >= 10:
        return [TEENS[value - 10]]
    return [DIGITS[value]] if value else []
