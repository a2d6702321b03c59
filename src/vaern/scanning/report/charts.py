"""Geometry of the page's plots: counts in, rectangles and ticks out; `templates/charts.html` draws them.

Lengths are units of the SVG's view box; y grows downwards.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_BINS = 60
"""Bars of a time axis before the next coarser unit is taken."""

WIDEST = 48
"""Units that a bar of a time axis may be wide, however few there are."""

LABELS = 10
"""Labels of a time axis, at most."""


class Bar(NamedTuple):
    """The rectangle that stands for a count."""

    x: float
    y: float
    width: float
    height: float


class Tick(NamedTuple):
    """A label at a place along an axis."""

    at: float
    label: str


class Histogram(NamedTuple):
    """Columns over 0, 1, …; the plot's area is `width` × `height`."""

    width: float
    height: float
    bars: list[Bar]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


class Panel(NamedTuple):
    """The time axis of one verdict: `taken` bars stand on the base line, `modified` bars on top of them."""

    verdict: str
    highest: int
    taken: list[Bar]
    modified: list[Bar]


class Timeline(NamedTuple):
    """Panels over one common axis.

    Attributes:
        unit: `day`, `month` or `year`.
        width, height: of each panel.
        table: every bin that is not empty, with (taken, modified) for each panel.
    """

    unit: str
    width: float
    height: float
    panels: list[Panel]
    x_ticks: list[Tick]
    table: list[tuple[str, list[tuple[int, int]]]]


def rounded_steps(highest: int, about: int = 4) -> list[int]:
    """Whole multiples of 1, 2 or 5 × 10^k from 0 up to the first that reaches `highest`."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * about >= highest:
                return list(range(0, max(highest, 1) + step, step))[: -(-max(highest, 1) // step) + 1]
        power *= 10


def histogram(counts: Mapping[int, int], last: int, width: float = 640, height: float = 160) -> Histogram:
    """One column for each whole number from 0 to `last` (or the highest that occurs)."""
    last = max([last, *counts])
    steps = rounded_steps(max(counts.values(), default=0))
    slot, top = width / (last + 1), steps[-1]
    bars = [
        Bar(slot * (at + 0.15), height * (1 - count / top), slot * 0.7, height * count / top)
        for at, count in sorted(counts.items())
    ]
    every = max(1, rounded_steps(last, about=8)[1])
    x_ticks = [Tick(slot * (at + 0.5), str(at)) for at in range(0, last + 1, every)]
    return Histogram(width, height, bars, x_ticks, [Tick(height * (1 - s / top), str(s)) for s in steps])


def timeline(
    days: Mapping[tuple[str, str, str], int], verdicts: Iterable[str], width: float = 640, height: float = 64
) -> Timeline | None:
    """Bars over days, months or years, whichever fits; `None` without a date.

    Args:
        days: counts by (verdict, `taken` or `modified`, ISO date).
        verdicts: which get a panel, if they have a date, in this order.
        width: of each panel.
        height: of each panel.
    """
    if not days:
        return None
    dates = {date for _, _, date in days}
    unit, bins = _bins(min(dates), max(dates))
    place = {label: index for index, label in enumerate(bins)}
    binned: Counter[tuple[str, str, str]] = Counter()
    for (verdict, source, date), count in days.items():
        binned[verdict, source, date[: len(bins[0])]] += count
    filled = {label for _, _, label in binned}
    present = [verdict for verdict in verdicts if any(verdict == of for of, _, _ in binned)]
    every = -(-len(bins) // LABELS)
    slot = width / len(bins)
    return Timeline(
        unit,
        width,
        height,
        [_panel(verdict, binned, place, slot, height) for verdict in present],
        [Tick(slot * (index + 0.5), bins[index]) for index in range(0, len(bins), every)],
        [
            (
                label,
                [(binned[verdict, "taken", label], binned[verdict, "modified", label]) for verdict in present],
            )
            for label in bins
            if label in filled
        ],
    )


def _panel(
    verdict: str, binned: Counter[tuple[str, str, str]], place: Mapping[str, int], slot: float, height: float
) -> Panel:
    highest = max(binned[verdict, "taken", label] + binned[verdict, "modified", label] for label in place)
    taken, modified = [], []
    for label, index in place.items():
        low, high = binned[verdict, "taken", label], binned[verdict, "modified", label]
        wide = min(slot * 0.8, WIDEST)
        x = slot * (index + 0.5) - wide / 2
        if low:
            taken.append(Bar(x, height * (1 - low / highest), wide, height * low / highest))
        if high:
            modified.append(Bar(x, height * (1 - (low + high) / highest), wide, height * high / highest))
    return Panel(verdict, highest, taken, modified)


def _bins(first: str, last: str) -> tuple[str, list[str]]:
    """The finest unit with at most `MOST_BINS` bins between two ISO dates, and the bins' labels."""
    months = [f"{y:04}-{m:02}" for y in range(int(first[:4]), int(last[:4]) + 1) for m in range(1, 13)]
    months = [month for month in months if first[:7] <= month <= last[:7]]
    if len(months) > MOST_BINS:
        return "year", [f"{y:04}" for y in range(int(first[:4]), int(last[:4]) + 1)]
    if len(months) > 2:
        return "month", months
    begin = dt.date.fromisoformat(first)
    span = (dt.date.fromisoformat(last) - begin).days
    return "day", [(begin + dt.timedelta(days=n)).isoformat() for n in range(span + 1)]
