"""A call and its retraction as phrases of words, and the words of every clip. Pure; called by building, pack,
mixing.

Clip names do not depend on the language:

| clip | says, in Vietnamese |
| --- | --- |
| ``head-number`` ``head-counter`` | mời số · đến quầy |
| ``head-retract`` ``tail-retract`` | xin lỗi, số · vui lòng chờ |
| ``digit-8`` | tám |
| ``counter-86`` | tám mươi sáu; also what a number has in common with it |
| ``word-hundred`` … | trăm: words of numbers that are no number |
| ``letter-A`` | a |
| ``to-86`` | đến quầy tám mươi sáu, in one breath |
| ``spelled-86`` ``spelled-001`` | tám sáu · không không một, in one breath |
| ``group-001`` ``group-123`` | không không một · một trăm hai mươi ba, in one breath |
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from audio import english, vietnamese
from audio.errors import BadText

LONGEST = 12  # digits and letters in a number; keeps a wrong input from becoming a minute of sound
LONGEST_COUNTER = 5
HEAD_NUMBER, HEAD_COUNTER = "head-number", "head-counter"
HEAD_RETRACT, TAIL_RETRACT = "head-retract", "tail-retract"
RETRACTION = (HEAD_RETRACT, TAIL_RETRACT)


class Reading(StrEnum):
    """How a number is read: digit by digit ("tám sáu, không không một"), or each group as a number with its
    leading zeros said ("tám mươi sáu, không không một"; 86123 "tám mươi sáu, một trăm hai mươi ba")."""

    DIGITS = "digits"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Form:
    """How the numbers of a center are made and read: ``lead`` characters, then ``running`` ones, with a breath
    between them."""

    lead: int = 2
    running: int = 3
    reading: Reading = Reading.DIGITS


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, in one region's way. ``heads`` and ``words`` are clip name -> words."""

    code: str
    region: str
    digits: tuple[str, ...]
    letters: Mapping[str, str]
    heads: Mapping[str, str]
    words: Mapping[str, str]
    number: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said in one breath. ``is_number``: a group of the number; ``spelled``: its words are digits and
    letters one by one."""

    words: tuple[str, ...]
    is_number: bool = False
    spelled: bool = False


def _vietnamese(region: str) -> Language:
    ways = vietnamese.REGIONS[region]
    words = {
        "word-ten": "mười",
        "word-tens": "mươi",
        "word-one-after-tens": "mốt",
        "word-four-after-tens": ways.four_after_tens,
        "word-five-after-tens": "lăm",
        "word-zero-tens": ways.zero_tens,
        "word-hundred": "trăm",
        "word-thousand": ways.thousand,
    }
    heads = {
        HEAD_NUMBER: "mời số",
        HEAD_COUNTER: "đến quầy",
        HEAD_RETRACT: "xin lỗi, số",
        TAIL_RETRACT: "vui lòng chờ",
    }
    return Language(
        "vi",
        region,
        vietnamese.DIGITS,
        vietnamese.LETTERS,
        heads,
        words,
        lambda value: vietnamese.number(value, ways),
    )


_ENGLISH = Language(
    "en",
    "",
    english.DIGITS,
    english.LETTERS,
    {
        HEAD_NUMBER: "number",
        HEAD_COUNTER: "please go to counter",
        HEAD_RETRACT: "sorry, number",
        TAIL_RETRACT: "please wait",
    },
    {"word-hundred": "hundred", "word-thousand": "thousand"},
    english.number,
)
LANGUAGES: Mapping[str, Mapping[str, Language]] = {
    "vi": {region: _vietnamese(region) for region in vietnamese.REGIONS},
    "en": {"": _ENGLISH},
}


def language(code: str, region: str = "") -> Language:
    """The language of a code ("vi", "en") in a region ("north", "south"; the first one if empty). Raises
    BadText."""
    regions = LANGUAGES.get(code)
    if regions is None:
        raise BadText(f"the language {code!r} is not known, expected {' or '.join(LANGUAGES)}")
    found = regions.get(region or next(iter(regions)))
    if found is None:
        raise BadText(f"{code!r} has no region {region!r}, expected {' or '.join(regions)}")
    return found


def call(number: str, counter: str, spoken: Language, form: Form) -> list[Phrase]:
    """The phrases of "Mời số <number> đến quầy <counter>". Raises BadText for what has no reading."""
    to = words_of(spoken.heads[HEAD_COUNTER]) + words_of(counter_words(counter, spoken))
    return [_head(HEAD_NUMBER, spoken), *groups(number, spoken, form), Phrase(to)]


def retraction(number: str, spoken: Language, form: Form) -> list[Phrase]:
    """The phrases of "Xin lỗi, số <number> vui lòng chờ". Raises BadText for what has no reading."""
    return [_head(HEAD_RETRACT, spoken), *groups(number, spoken, form), _head(TAIL_RETRACT, spoken)]


def groups(number: str, spoken: Language, form: Form) -> list[Phrase]:
    """The groups of a number, each in one breath. Raises BadText unless it is 1 to 12 digits and letters."""
    text = _checked(number, LONGEST)
    return [_group(part, spoken, form.reading) for part in (text[: form.lead], text[form.lead :]) if part]


def counter_words(counter: str, spoken: Language) -> str:
    """A counter as a number, its letters by their names: "05" is "năm", "5A" is "năm a". Raises BadText unless it
    is 1 to 5 digits and letters."""
    return " ".join(_mixed(_checked(counter, LONGEST_COUNTER), spoken, lambda run: spoken.number(int(run))))


def spoken(name: str, by: Language) -> str:
    """The words of a clip: ``spoken("counter-86", language("vi"))`` is "tám mươi sáu". Raises BadText if there is
    no such clip in this language."""
    kind, _, rest = name.partition("-")
    if (fixed := {**by.heads, **by.words}.get(name)) is not None:
        return fixed
    if kind == "letter" and rest in by.letters:
        return by.letters[rest]
    if rest.isascii() and rest.isdigit() and len(rest) <= LONGEST_COUNTER:
        match kind:
            case "digit" if len(rest) == 1:
                return by.digits[int(rest)]
            case "counter" if rest == str(int(rest)):
                return by.number(int(rest))
            case "to" if rest == str(int(rest)):
                return f"{by.heads[HEAD_COUNTER]} {by.number(int(rest))}"
            case "spelled":
                return " ".join(_group(rest, by, Reading.DIGITS).words)
            case "group":
                return " ".join(_group(rest, by, Reading.GROUPS).words)
    raise BadText(f"the clip name {name!r} is not known")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, without the marks between them."""
    return tuple(text.replace(",", "").split())


def _head(name: str, spoken: Language) -> Phrase:
    return Phrase(words_of(spoken.heads[name]))


def _group(text: str, spoken: Language, reading: Reading) -> Phrase:
    if reading is Reading.GROUPS:
        said = _mixed(text, spoken, lambda run: _zeros_and_number(run, spoken))
        return Phrase(words_of(" ".join(said)), is_number=True)
    said = _mixed(text, spoken, lambda run: " ".join(spoken.digits[int(digit)] for digit in run))
    return Phrase(words_of(" ".join(said)), is_number=True, spelled=True)


def _zeros_and_number(run: str, spoken: Language) -> str:
    rest = run.lstrip("0")
    zeros = [spoken.digits[0]] * (len(run) - len(rest))
    return " ".join([*zeros, spoken.number(int(rest))] if rest else zeros)


def _mixed(text: str, spoken: Language, number: Callable[[str], str]) -> Iterator[str]:
    """Runs of digits by ``number``, each letter by its name."""
    for run in re.findall("[0-9]+|[A-ZĐ]", text):
        yield number(run) if run[0].isdigit() else spoken.letters[run]


def _checked(text: str, longest: int) -> str:
    if not re.fullmatch(f"[0-9A-ZĐ]{{1,{longest}}}", text.upper()) or len(text.upper()) != len(text):
        raise BadText(f"{text!r} cannot be read out, expected 1 to {longest} digits 0-9 and letters A-Z")
    return text.upper()
