"""Lines over periods, with a target and a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from vaern.node.alliance.charts import geometry as g
from vaern.node.alliance.charts.drawing import Drawing, Key, Single
from vaern.node.alliance.charts.words import described, figure, raised, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOP, PLOT, RIGHT = 12, 150, g.WIDTH - 8
BOTTOM = TOP + PLOT
AXIS = BOTTOM + 18
"""Where the labels of the periods stand."""

SAMPLE = 20
"""Where the marks of the legend stand."""


@dataclass(frozen=True)
class Series:
    """A line.

    Attributes:
        name: whose or what it is.
        values: one for each period; a Gap where there is none.
    """

    name: object
    values: Sequence[float | g.Gap]


@dataclass(frozen=True)
class Level:
    """A value that the line is compared with.

    Attributes:
        value: how much.
        name: what it is, with its day if it has one: "Target, by 1 July 2027".
        at: number of the period that it belongs to, which gets a mark; None for all.
    """

    value: float
    name: object
    at: int | None = None


@dataclass(frozen=True)
class Trace:
    """A line as it is drawn: its stretches as paths, its marks with what they say, its dashes."""

    number: int
    paths: Sequence[str]
    marks: Sequence[tuple[str, str]]
    dash: str


@dataclass(frozen=True)
class Rule:
    """A level as it is drawn: its height, the class of its colour, its dashes, and its mark."""

    y: float
    kind: str
    dash: str
    mark: str


@dataclass(frozen=True)
class OverTime(Drawing):
    """A line chart over evenly spaced periods. Zero is always in the picture, and a gap is never bridged.

    Attributes:
        title: what is shown.
        periods: their names, the earliest first.
        series: at most four; told apart by dashes and marks.
        target, baseline: what they are held against.
        unit: of the values.
    """

    title: object
    periods: Sequence[object]
    series: Sequence[Series]
    target: Level | None = None
    baseline: Level | None = None
    unit: object = ""
    drawing: ClassVar[str] = "alliance/charts/over_time.svg"
    axis: ClassVar[int] = AXIS

    def __post_init__(self) -> None:
        if len(self.series) > g.MOST_LINES:
            raise ValueError(f"a chart tells {g.MOST_LINES} lines apart, not {len(self.series)}: draw several charts")
        for one in self.series:
            if len(one.values) != len(self.periods):
                raise ValueError(f"{one.name}: {len(one.values)} values for {len(self.periods)} periods")

    @cached_property
    def levels(self) -> list[tuple[str, Level]]:
        """The target and the baseline, where there are any."""
        return [(kind, level) for kind, level in (("target", self.target), ("baseline", self.baseline)) if level]

    @property
    def amounts(self) -> list[float | g.Gap]:
        """The values of all lines."""
        return [value for one in self.series for value in one.values]

    @cached_property
    def single(self) -> Single | None:
        """The one number of a line that is one point."""
        known = [
            (period, value)
            for one in self.series
            for period, value in zip(self.periods, one.values, strict=True)
            if not isinstance(value, g.Gap)
        ]
        if len(known) != 1:
            return None
        ((period, value),) = known
        held = [f"{level.name}: {figure(level.value)}" for _kind, level in self.levels]
        return Single(figure(value), period, [*held, *filter(None, self.whys)])

    @cached_property
    def scale(self) -> g.Scale:
        """The axis of amounts."""
        known = [value for value in self.amounts if not isinstance(value, g.Gap)]
        return g.scale([*known, *(level.value for _kind, level in self.levels)], BOTTOM, TOP)

    @cached_property
    def power(self) -> str:
        """What the figures at the axis are multiplied by, in signs."""
        return raised(self.scale.power)

    @cached_property
    def grid(self) -> list[tuple[str, float]]:
        """Each tick in words, with its height."""
        return [(figure(tick / 10.0**self.scale.power), self.scale.place(tick)) for tick in self.scale.ticks]

    @cached_property
    def left(self) -> float:
        """Where the plot begins: right of the widest tick."""
        return round(max(g.wide(text) for text, _y in self.grid) + 10, 1)

    @property
    def figures(self) -> float:
        """Where the figures of the axis end."""
        return self.left - 6

    @cached_property
    def places(self) -> list[float]:
        """Where each period lies."""
        return g.evenly(len(self.periods), self.left + 8, RIGHT - 8)

    @cached_property
    def traces(self) -> list[Trace]:
        """The lines."""
        return [self._trace(number, one) for number, one in enumerate(self.series)]

    def _trace(self, number: int, one: Series) -> Trace:
        spots = [
            None if isinstance(value, g.Gap) else (x, self.scale.place(value))
            for x, value in zip(self.places, one.values, strict=True)
        ]
        marks = [
            (g.shape(number, *spot), f"{one.name}, {period}: {shown(value)}")
            for spot, period, value in zip(spots, self.periods, one.values, strict=True)
            if spot
        ]
        paths = [g.path(piece) for piece in g.pieces(spots) if len(piece) > 1]
        return Trace(number + 1, paths, marks, g.dash(number))

    @cached_property
    def rules(self) -> list[Rule]:
        """The target and the baseline."""
        return [
            Rule(y, kind, _DASH[kind], "" if level.at is None else _mark(self.places[level.at], y))
            for kind, level in self.levels
            for y in (self.scale.place(level.value),)
        ]

    @cached_property
    def gaps(self) -> list[tuple[str, str]]:
        """A mark where something is missing, with what and why."""
        return [
            (g.cross(x, BOTTOM), f"{one.name}, {period}: {shown(value)}")
            for one in self.series
            for x, period, value in zip(self.places, self.periods, one.values, strict=True)
            if isinstance(value, g.Gap)
        ]

    @cached_property
    def labels(self) -> list[g.Label]:
        """The periods that have room for their names."""
        return g.labels([str(period) for period in self.periods], self.places, self.left, g.WIDTH)

    @cached_property
    def keys(self) -> list[Key]:
        """The legend, if there is more than one thing to tell apart, or a gap, which says its reason."""
        found: list[tuple[str, str, str | None, Callable[[float], str]]] = []
        if len(self.series) + len(self.levels) > 1:
            found = [
                (str(one.name), f"series-{number + 1}", g.dash(number), partial(g.shape, number, SAMPLE))
                for number, one in enumerate(self.series)
            ]
        found += [(f"{level.name}: {figure(level.value)}", kind, _DASH[kind], _none) for kind, level in self.levels]
        found += [(why or _("No value"), "gap", None, partial(g.cross, SAMPLE)) for why in self.whys]
        keys: list[Key] = []
        for text, kind, dash, mark in found:
            for number, line in enumerate(g.wrapped(text, g.WIDTH - 48)):  # the sample stands beside the first
                y = AXIS + 10 + g.LINE * (len(keys) + 1)
                keys.append(Key(y, line, kind, None if number else dash, "" if number else mark(y - 4)))
        return keys

    @cached_property
    def height(self) -> int:
        """Of the whole."""
        return AXIS + 8 + (g.LINE * len(self.keys) + 6 if self.keys else 0)

    @cached_property
    def description(self) -> str:
        """The chart in sentences."""
        lines = [described(one.name, self.periods, one.values) for one in self.series]
        return " ".join([*lines, *(f"{level.name}: {figure(level.value)}." for _kind, level in self.levels)])

    @property
    def table(self) -> tuple[Sequence[object], list[tuple[object, list[str]]]]:
        """The heads of the columns, and for each period its name and its values."""
        rows = [(period, [shown(one.values[n]) for one in self.series]) for n, period in enumerate(self.periods)]
        held = [(level.name, [figure(level.value)] * len(self.series)) for _kind, level in self.levels]
        return [_("Period"), *(one.name for one in self.series)], [*rows, *held]


_DASH = {"target": "6 4", "baseline": "1.5 3"}


def _none(_y: float) -> str:
    return ""


def _mark(x: float, y: float) -> str:
    return f"M{x} {y}m-5 0l5 -5l5 5l-5 5Z"
