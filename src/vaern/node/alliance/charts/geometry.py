"""Where the marks of a chart go. Pure; no Django. Lengths are units of the drawing, 360 across; y grows downwards."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.web.ticks import ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 360
"""So narrow that the labels can be read on a telephone, where the whole is drawn smaller."""

LETTER, ASIDE = 7.4, 3
"""How wide a letter of the labels is on average, at 13 units of height, and what a short text of wide letters adds."""

LINE = 18
"""The height of a line of text."""

BETWEEN = 8
"""The least room between two labels."""

THOUSANDS = 3
"""Of a very large or very small axis, so many powers of ten at a time are written beside the unit."""


@dataclass(frozen=True)
class Gap:
    """A missing value.

    Attributes:
        why: in words that people read.
    """

    why: object = ""


def wide(text: str) -> float:
    """Return the width of a text."""
    return LETTER * len(text) + ASIDE if text else 0


def fitted(text: str, room: float) -> str:
    """Return a text, cut to the available width."""
    if wide(text) <= room:
        return text
    return text[: max(int((room - ASIDE) / LETTER) - 1, 0)].rstrip() + "…"


def wrapped(text: str, room: float) -> list[str]:
    """Return a text in lines of the available width, broken between words; a word that is wider alone is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and wide(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, room))
    return lines


@dataclass(frozen=True)
class Scale:
    """Where a value lies on an axis.

    Attributes:
        ticks: round numbers; the first and the last are the ends.
        start, end: where the ends lie.
    """

    ticks: Sequence[float]
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where a value lies."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.start + (self.end - self.start) * ((value - low) / (high - low)), 1)

    @property
    def zero(self) -> float:
        """The position of zero, which every scale includes, so that no difference looks larger than it is."""
        return self.place(0)

    @property
    def power(self) -> int:
        """The power of ten factored out of the tick labels; 0 for numbers that are easy to read."""
        largest = max(abs(tick) for tick in self.ticks)
        exponent = math.floor(math.log10(largest))
        return 0 if -THOUSANDS <= exponent < 2 * THOUSANDS else exponent // THOUSANDS * THOUSANDS


def scale(values: Sequence[float], start: float, end: float) -> Scale:
    """Return a scale that has room for all values and for zero.

    Raises:
        ValueError: a value is not a number, or infinite.
    """
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a chart shows numbers: write what is not one as a Gap with its reason")
    return Scale(ticks(max(values, default=0), min(values, default=0)), start, end)


def pieces(places: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Return the stretches without a gap: a line is never drawn over what is not known."""
    found: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            found.append([])
        else:
            found[-1].append(place)
    return [piece for piece in found if piece]


def path(piece: Sequence[tuple[float, float]]) -> str:
    """Return a stretch as the `d` of an SVG path."""
    return "M" + "L".join(f"{x} {y}" for x, y in piece)


@dataclass(frozen=True)
class Label:
    """A text under an axis.

    Attributes:
        x, text: where, and what; cut if it is wider than the chart.
        anchor: which end of the text lies at x: `start`, `middle` or `end`.
    """

    x: float
    text: str
    anchor: str

    @property
    def span(self) -> tuple[float, float]:
        """Its left and right edge."""
        length = wide(self.text)
        left = self.x - {"start": 0, "middle": length / 2, "end": length}[self.anchor]
        return left, left + length


def labels(texts: Sequence[str], places: Sequence[float], left: float, right: float) -> list[Label]:
    """Return as many labels as fit beside each other: the last always, the first if it fits, evenly those between."""
    if not texts:
        return []
    found = [_label(text, x, left, right) for text, x in zip(texts, places, strict=True)]
    for step in range(1, len(found) + 1):
        chosen = found[::-1][::step][::-1]
        if all(_apart(one, other) for one, other in itertools.pairwise(chosen)):
            break
    if chosen[0] is not found[0] and all(_apart(found[0], other) for other in chosen):
        chosen = [found[0], *chosen]
    return chosen


def _label(text: str, x: float, left: float, right: float) -> Label:
    text = fitted(text, right - left)
    half = wide(text) / 2
    if x - half < left:
        return Label(left, text, "start")
    if x + half > right:
        return Label(right, text, "end")
    return Label(x, text, "middle")


def _apart(one: Label, other: Label) -> bool:
    return one.span[1] + BETWEEN <= other.span[0]


def evenly(count: int, first: float, last: float) -> list[float]:
    """Return evenly spread places; one alone stands in the middle."""
    if count == 1:
        return [round((first + last) / 2, 1)]
    return [round(first + (last - first) * number / (count - 1), 1) for number in range(count)]


_SHAPES = (
    "M{x} {y}m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z",
    "M{x} {y}m-3.3 -3.3h6.6v6.6h-6.6Z",
    "M{x} {y}m0 -4.4l4.2 7.4h-8.4Z",
    "M{x} {y}m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8Z",
)
_DASHES = ("", "7 3", "2 3", "9 3 2 3")

MOST_LINES = len(_SHAPES)
"""So many lines are told apart by their dashes and marks; more make a chart that nobody reads."""


def shape(number: int, x: float, y: float) -> str:
    """Return the mark of a line as a path: circle, square, triangle or diamond."""
    return _SHAPES[number].format(x=x, y=y)


def cross(x: float, y: float) -> str:
    """Return the mark of a gap as a path."""
    return f"M{x} {y}m-3.5 -3.5l7 7m0 -7l-7 7"


def dash(number: int) -> str:
    """Return the dash pattern of a line; empty for a solid one."""
    return _DASHES[number]
