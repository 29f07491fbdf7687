"""Calm charts as SVG, made on the server: bars that are read on a screen, on paper and by a screen reader.

Colours and type are classes of `counter_panel/report/report.css`; nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup, escape

WIDE, HIGH = 520, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 14, 30  # around the bars
LINES = 4  # of the scale
ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # what a scale may count by, times a power of ten
LABELS = 12  # as many as fit under the bars


@dataclass(frozen=True, slots=True)
class Series:
    """What some bars show: a name, the class of their colour, a value for each label (`None`: there is none)."""

    name: str
    look: str
    values: Sequence[float | None]


def bars(
    title: str, labels: Sequence[str], series: Sequence[Series], stacked: bool = False, unit: str = ""
) -> Markup:
    """A chart of bars for each label: the series beside each other, or one on another."""
    tops = [_top(series, at, stacked) for at in range(len(labels))]
    step = _step(max(tops, default=0))
    most = step * LINES
    slot = (WIDE - LEFT - RIGHT) / max(len(labels), 1)
    parts = [_scale(line * step, most) for line in range(LINES + 1)]
    for at in range(len(labels)):
        parts += _stack(series, at, slot, most) if stacked else _beside(series, at, slot, most)
    every = ceil(len(labels) / LABELS)
    for at, label in enumerate(labels):
        if at % every == 0:
            parts.append(
                Markup('<text class="label" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    LEFT + slot * (at + 0.5), HIGH - 9, label
                )
            )
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDE, HIGH, escape(_told(title, labels, series, unit)), Markup("").join(parts)
    )


def _top(series: Sequence[Series], at: int, stacked: bool) -> float:
    values = [one.values[at] or 0 for one in series]
    return sum(values) if stacked else max(values, default=0)


def _step(most: float) -> float:
    """A round distance of the scale's lines, so that `LINES` of them reach the most."""
    rough = max(most, 1) / LINES
    power = 10 ** int(log10(rough)) if rough >= 1 else 1
    steps = [times * power for times in ROUND]
    return next((step for step in steps if step >= rough and step % 1 == 0), 10 * power)


def _y(value: float, most: float) -> float:
    return TOP + (HIGH - TOP - BOTTOM) * (1 - value / most)


def _scale(value: float, most: float) -> Markup:
    y = _y(value, most)
    return Markup(
        '<line class="scale" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="label" x="{}" y="{:.1f}" text-anchor="end">{:g}</text>'
    ).format(LEFT, WIDE - RIGHT, y, y, LEFT - 6, y + 4, value)


def _bar(look: str, x: float, wide: float, low: float, high: float, most: float) -> Markup:
    top = _y(high, most)
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        look, x, top, wide, _y(low, most) - top
    )


def _stack(series: Sequence[Series], at: int, slot: float, most: float) -> list[Markup]:
    x, below, parts = LEFT + slot * (at + 0.15), 0.0, []
    for one in series:
        if value := one.values[at]:
            parts.append(_bar(one.look, x, slot * 0.7, below, below + value, most))
            below += value
    return parts


def _beside(series: Sequence[Series], at: int, slot: float, most: float) -> list[Markup]:
    wide = slot * 0.8 / max(len(series), 1)
    return [
        _bar(one.look, LEFT + slot * (at + 0.1) + wide * which, wide * 0.92, 0, value, most)
        for which, one in enumerate(series)
        if (value := one.values[at])
    ]


def _told(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> str:
    """The chart in words."""
    said = []
    for at, label in enumerate(labels):
        values = [f"{one.name} {one.values[at]:.0f}{unit}" for one in series if one.values[at] is not None]
        if values:
            said.append(f"{label}: {', '.join(values)}")
    return f"{title}. {'; '.join(said)}."
