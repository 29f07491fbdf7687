"""Numbers as Vietnamese words, a call and its retraction as clip names. Pure; called by building, pack, mixing.

Source of the grammar: Unicode CLDR, spell-out rules of Vietnamese (``common/rbnf/vi.xml``,
``%spellout-cardinal`` with ``%%teen``, ``%%x-ty``, ``%%after-hundred``, ``%%after-thousand-or-more``), with
one difference: the empty place of tens is "linh", as in the north and in school books, where CLDR has the
southern "lẻ".
"""

from audio.errors import BadText

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LARGEST = 99_999
LONGEST = 12  # digits in a number; keeps a wrong input from becoming a minute of sound

HEAD_NUMBER = "head-number"
HEAD_COUNTER = "head-counter"
HEADS = {HEAD_NUMBER: "mời số", HEAD_COUNTER: "đến quầy"}
HEAD_RETRACT = "head-retract"
TAIL_RETRACT = "tail-retract"
RETRACTION = {HEAD_RETRACT: "xin lỗi, số", TAIL_RETRACT: "vui lòng chờ"}
# The words of numbers that are not digits; names in ASCII, because mười and mươi would be one file without
# marks.
WORDS = {
    "word-ten": "mười",
    "word-tens": "mươi",
    "word-one-after-tens": "mốt",
    "word-four-after-tens": "tư",
    "word-five-after-tens": "lăm",
    "word-zero-tens": "linh",
    "word-hundred": "trăm",
    "word-thousand": "nghìn",
}
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}


def digits(text: str) -> list[str]:
    """Read digit by digit: ``digits("86001")`` is ``["tám", "sáu", "không", "không", "một"]``.

    Digits keep their plain form wherever they stand (one is always "một", five always "năm").
    """
    return [DIGITS[int(digit)] for digit in _checked(text, LONGEST)]


def number(value: int) -> str:
    """Read ``value`` (0 … 99,999) as one number.

    - 10 … 19: "mười" and the unit: 10 mười, 11 mười một, 14 mười bốn; five becomes "lăm": 15 mười lăm
    - 20 … 99: digit, "mươi", unit: 20 hai mươi, 86 tám mươi sáu; after "mươi" one, four and five change:
      21 hai mươi mốt, 24 hai mươi tư, 25 hai mươi lăm
    - hundreds: "trăm"; an empty place of tens is said "linh", and the unit after it keeps its plain form:
      101 một trăm linh một, 105 một trăm linh năm, 110 một trăm mười, 115 một trăm mười lăm
    - thousands: "nghìn"; an empty place of hundreds is said "không trăm" when something follows:
      1000 một nghìn, 1001 một nghìn không trăm linh một, 1010 một nghìn không trăm mười, 10000 mười nghìn

    Raises BadText outside this range.
    """
    if not 0 <= value <= LARGEST:
        raise BadText(f"{value} cannot be read as a number, expected 0 to {LARGEST}")
    thousands, rest = divmod(value, 1000)
    if not thousands:
        return _below_thousand(rest)
    words = f"{_below_thousand(thousands)} nghìn"
    if not rest:
        return words
    return f"{words} {_hundreds(rest)}"


def sentence(number: str, counter: str) -> tuple[str, ...]:
    """The clip names of "Mời số <number> đến quầy <counter>": the number digit by digit, the counter as a
    number.

    ``sentence("86001", "05")`` is ``("head-number", "digit-8", "digit-6", "digit-0", "digit-0", "digit-1",
    "head-counter", "counter-5")``. Names do not depend on the language; :func:`spoken` gives their words.
    Raises BadText for anything but digits, or a counter above 99,999.
    """
    read = tuple(f"digit-{digit}" for digit in _checked(number, LONGEST))
    return (HEAD_NUMBER, *read, HEAD_COUNTER, f"counter-{int(_checked(counter, len(str(LARGEST))))}")


def retraction(number: str) -> tuple[str, ...]:
    """The clip names of "Xin lỗi, số <number> vui lòng chờ", the number digit by digit as in its call.

    Raises BadText for anything but digits.
    """
    read = tuple(f"digit-{digit}" for digit in _checked(number, LONGEST))
    return (HEAD_RETRACT, *read, TAIL_RETRACT)


def spoken(name: str) -> str:
    """The words of a clip name: ``spoken("counter-86")`` is "tám mươi sáu". KeyError if it is unknown."""
    kind, _, rest = name.partition("-")
    if kind == "digit":
        return DIGITS[int(rest)]
    if kind == "counter":
        return number(int(rest))
    return (HEADS | RETRACTION | WORDS)[name]


def _checked(text: str, longest: int) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise BadText(f"{text!r} cannot be read out, expected 1 to {longest} digits 0-9")
    return text


def _below_thousand(value: int) -> str:
    return _hundreds(value) if value >= 100 else _below_hundred(value)


def _hundreds(value: int) -> str:
    """1 … 999 with the hundreds always said, as after "nghìn"."""
    hundreds, rest = divmod(value, 100)
    words = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return words
    return f"{words} linh {DIGITS[rest]}" if rest < 10 else f"{words} {_below_hundred(rest)}"


def _below_hundred(value: int) -> str:
    tens, unit = divmod(value, 10)
    if not tens:
        return DIGITS[unit]
    if tens == 1:
        words, last = "mười", "lăm" if unit == 5 else DIGITS[unit]
    else:
        words, last = f"{DIGITS[tens]} mươi", _AFTER_TENS.get(unit, DIGITS[unit])
    return f"{words} {last}" if unit else words
