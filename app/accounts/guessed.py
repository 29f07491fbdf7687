"""Passwords that are guessed first: words everybody takes, rows of the keyboard, one thing over and over, one's
own name, by rule; and eleven thousand that leaked most often (`guessed.txt`, with its source and licence). No list
of millions: an attacker has some hundred guesses here, not ten million.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

# As people begin a password, in Vietnam and elsewhere; what stands before and after (years, 123, !) does not help.
_WORDS = (
    "password passwort passwd admin administrator root user guest welcome letmein login master "
    "secret changeme default test tester testing qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm "
    "azerty iloveyou monkey dragon football baseball superman batman sunshine princess shadow "
    "michael computer internet samsung iphone google facebook zalo matkhau matkhaumoi matkhaucu "
    "khongbiet quenmatkhau anhyeuem emyeuanh yeuem yeuanh iloveyouforever conyeu giadinh vietnam "
    "hanoi saigon hochiminh danang haiphong quangninh halong campha vinamilk viettel vinaphone "
    "mobifone hanhchinh hanhchinhcong trungtam dichvucong motcua canbo nhanvien quantri goiso layso "
    "tthcc tthccqn "
)
WORDS = frozenset(_WORDS.split())
LEET = str.maketrans("0134578@$!", "oleastbasi")
ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiop",
    "0987654321",
)
LONGEST_PERIOD = 4  # "abcabcabc" is one thing over and over


def is_common(password: str, *about: str) -> bool:
    """Whether a password is one of those guessed first; `about` are names of whose it is."""
    plain = _plain(password)
    if len(set(plain)) < 3 or _is_row(plain) or _repeats(plain) or plain in _listed():
        return True
    own = {word for name in about for word in _words(name)}
    return any(core in WORDS or (core and core in own) for core in _cores(plain))


@cache
def _listed() -> frozenset[str]:
    """The passwords of the list."""
    lines = files("app.accounts").joinpath("guessed.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    """Small letters without diacritics and spaces."""
    split = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter) and not letter.isspace())


def _cores(plain: str) -> Iterator[str]:
    """What is left of a password without what people put before and after a word, or in place of letters."""
    for text in (plain, plain.translate(LEET)):
        yield re.sub("[^a-z]", "", text)
        yield re.sub("^[^a-z]+|[^a-z]+$", "", text)
    yield re.sub("^[^a-z]+|[^a-z]+$", "", plain).translate(LEET)


def _words(name: str) -> Iterator[str]:
    """A name whole, and its words long enough to be one's password."""
    whole = _plain(name)
    yield re.sub("[^a-z]", "", whole)
    yield from (word for word in re.split("[^a-z]+", _plain(name.replace(" ", "-"))) if len(word) > 3)


def _is_row(plain: str) -> bool:
    """Whether it is a run of a keyboard's row or of the alphabet, there and back."""
    return any(plain in row * 3 or plain in row[::-1] * 3 for row in ROWS)


def _repeats(plain: str) -> bool:
    return any(plain == (plain[:n] * len(plain))[: len(plain)] for n in range(1, LONGEST_PERIOD + 1))
