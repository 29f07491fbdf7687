"""Numbers and letters as Vietnamese words, as the north and the south say them. Pure; called by reading.

Source of the grammar: Unicode CLDR, spell-out rules of Vietnamese (``common/rbnf/vi.xml``, ``%spellout-cardinal``
with ``%%teen``, ``%%x-ty``, ``%%after-hundred``, ``%%after-thousand-or-more``). CLDR mixes the regions (lẻ with
nghìn); here each keeps to its own words, and both are right everywhere.
"""

from dataclasses import dataclass

from audio.errors import BadText

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LARGEST = 99_999

# The names of the letters as the alphabet is taught ("a, bê, xê"), with those of foreign words (f, j, w, z).
LETTERS = {
    **{"A": "a", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "F": "ép", "G": "giê", "H": "hát"},
    **{"I": "i", "J": "gi", "K": "ca", "L": "e lờ", "M": "em mờ", "N": "en nờ", "O": "o", "P": "pê", "Q": "quy"},
    **{"R": "e rờ", "S": "ét sì", "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích xì", "Y": "i dài"},
    "Z": "dét",
}


@dataclass(frozen=True, slots=True)
class Region:
    """What the regions say differently: the empty place of tens, a thousand, and four after "mươi"."""

    zero_tens: str
    thousand: str
    four_after_tens: str


REGIONS = {"north": Region("linh", "nghìn", "tư"), "south": Region("lẻ", "ngàn", "bốn")}
NORTH = REGIONS["north"]


def number(value: int, region: Region = NORTH) -> str:
    """Read ``value`` (0 … 99,999) as one number.

    - 10 … 19: "mười" and the unit: 10 mười, 11 mười một, 14 mười bốn; five becomes "lăm": 15 mười lăm
    - 20 … 99: digit, "mươi", unit: 20 hai mươi, 86 tám mươi sáu; after "mươi" one and five change, in the north
      also four: 21 hai mươi mốt, 24 hai mươi tư (south: hai mươi bốn), 25 hai mươi lăm
    - hundreds: "trăm"; an empty place of tens is said "linh" (south: "lẻ"), and the unit after it keeps its plain
      form: 101 một trăm linh một, 105 một trăm linh năm, 110 một trăm mười, 115 một trăm mười lăm
    - thousands: "nghìn" (south: "ngàn"); an empty place of hundreds is said "không trăm" when something follows:
      1000 một nghìn, 1001 một nghìn không trăm linh một, 1010 một nghìn không trăm mười, 10000 mười nghìn

    Raises BadText outside this range.
    """
    if not 0 <= value <= LARGEST:
        raise BadText(f"{value} cannot be read as a number, expected 0 to {LARGEST}")
    thousands, rest = divmod(value, 1000)
    if not thousands:
        return _below_thousand(rest, region)
    words = f"{_below_thousand(thousands, region)} {region.thousand}"
    return f"{words} {_hundreds(rest, region)}" if rest else words


def _below_thousand(value: int, region: Region) -> str:
    return _hundreds(value, region) if value >= 100 else _below_hundred(value, region)


def _hundreds(value: int, region: Region) -> str:
    """1 … 999 with the hundreds always said, as after a thousand."""
    hundreds, rest = divmod(value, 100)
    words = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return words
    if rest < 10:
        return f"{words} {region.zero_tens} {DIGITS[rest]}"
    return f"{words} {_below_hundred(rest, region)}"


def _below_hundred(value: int, region: Region) -> str:
    tens, unit = divmod(value, 10)
    if not tens:
        return DIGITS[unit]
    if tens == 1:
        words, changed = "mười", {5: "lăm"}
    else:
        words, changed = f"{DIGITS[tens]} mươi", {1: "mốt", 4: region.four_after_tens, 5: "lăm"}
    return f"{words} {changed.get(unit, DIGITS[unit])}" if unit else words
