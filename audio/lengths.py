"""How long calls last, in few figures, for whoever fixes their slots without knowing clips. Called by mixing.

A rich pack has a clip of its own for each of a thousand groups of digits, and each has its own length. A thousand
figures would be too many for those who only plan; so every place of a number has a table of ten figures, whose sum
is never less than the sound, and the sound is given silence at its end up to that sum: what is told is exact by
construction. For a pack that says digits one by one the sum is the sound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audio.pcm import STEP_MS

Place = tuple[int, ...]  # ten lengths in ms, one for each digit
MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Lengths:
    """What calls last, to the millisecond, for numbers of one form.

    A call lasts ``frame_ms`` (gong, heads, all fixed pauses), plus ``places[i][d]`` for each digit d at place i
    of the number, plus what its counter takes (``Speech.to_ms``). A retraction lasts ``retract_ms`` plus the
    same for each digit of the number.
    """

    frame_ms: int
    places: tuple[Place, ...]
    retract_ms: int

    def number_ms(self, number: str) -> int:
        """What the number itself takes; it has as many digits as there are places."""
        return sum(place[int(digit)] for place, digit in zip(self.places, number, strict=True))


def fitted(lengths: Mapping[str, int]) -> tuple[Place, ...]:
    """Tables, one for each place, whose sums are nowhere below ``lengths`` and close above them.

    ``lengths`` has every text of n digits with its length in ms, a multiple of 20. Begins with the mean effect
    of each digit at its place (the least squares of a full table), raised until nothing is below, then lowers
    one figure after the other as far as it goes. Where lengths are sums of digits, the tables are exact.
    """
    size = len(next(iter(lengths)))
    steps = [(tuple(map(int, text)), ms // STEP_MS) for text, ms in lengths.items()]
    tables = [[0] * 10 for _ in range(size)]
    for place in range(size):
        sums = [0] * 10
        for digits, length in steps:
            sums[digits[place]] += length
        tables[place] = [round((own - sums[0]) * 10 / len(steps)) for own in sums]
    lacking = max(length - _sum(tables, digits) for digits, length in steps)
    tables[0] = [figure + lacking for figure in tables[0]]
    for _ in range(MOST_ROUNDS):
        if not sum(_lowered(tables, steps, place) for place in range(size)):  # each of them, always
            break
    for place in range(1, size):  # nothing below zero, but in the first place
        least = min(tables[place])
        tables[place] = [figure - least for figure in tables[place]]
        tables[0] = [figure + least for figure in tables[0]]
    return tuple(tuple(figure * STEP_MS for figure in table) for table in tables)


def _lowered(tables: list[list[int]], steps: list[tuple[tuple[int, ...], int]], place: int) -> bool:
    """Lower each figure of a place as far as all its texts allow; whether there was anything to lower."""
    spare: dict[int, int] = {}
    for digits, length in steps:
        left = _sum(tables, digits) - length
        spare[digits[place]] = min(left, spare.get(digits[place], left))
    for digit, left in spare.items():
        tables[place][digit] -= left
    return any(spare.values())


def _sum(tables: list[list[int]], digits: tuple[int, ...]) -> int:
    return sum(table[digit] for table, digit in zip(tables, digits, strict=True))


def added(tables: Sequence[tuple[Place, ...]]) -> tuple[Place, ...]:
    """The tables of several sentences heard one after the other."""
    return tuple(tuple(map(sum, zip(*places, strict=True))) for places in zip(*tables, strict=True))
