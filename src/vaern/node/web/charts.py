"""Charts as server-rendered SVG without scripts, each with its data as a table and a descriptive title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, ClassVar

from django.utils.html import format_html_join

from vaern.node.web.components import Component, numbered
from vaern.node.web.ticks import STEPS, ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.safestring import SafeString

WIDTH, HEIGHT, BOTTOM, TOP = 420, 170, 24, 10
LEFT, GAP, SIGN = 44, 8, 7.5
"""Of a chart with an axis: the least room left of it, what remains beside a number, and the width of a figure."""


def rows_of(points: Iterable[tuple[object, float]]) -> SafeString:
    """Return the rows of a table with the numbers of a chart. As HTML: a page has hundreds of points."""
    html = '<tr><th scope="row">{}</th><td class="numeric">{}</td></tr>'
    return format_html_join("", html, ((label, numbered(value)) for label, value in points))


@dataclass(frozen=True)
class Bars(Component):
    """A bar chart: a table whose last column draws each amount as a bar.

    Attributes:
        full: the amount of a full bar, such as 100 for per cent; 0 for the largest amount.
    """

    title: object
    rows: Sequence[tuple[object, float]]
    unit: object = ""
    full: float = 0
    template: ClassVar[str] = "web/components/bars.html"

    @property
    def bars(self) -> list[tuple[object, float, float]]:
        """Return label, value, and length as a percentage of the full bar."""
        whole = self.full or max((value for _label, value in self.rows), default=0) or 1
        return [(label, value, round(100 * value / whole, 2)) for label, value in self.rows]


@dataclass(frozen=True)
class Lines(Component):
    """A line chart over time. One point is no line: it is shown as its number, with its unit and moment.

    Attributes:
        points: time label and value, evenly spaced.
    """

    title: object
    points: Sequence[tuple[object, float]]
    unit: object = ""
    template: ClassVar[str] = "web/components/lines.html"
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    base: ClassVar[int] = HEIGHT - BOTTOM

    @property
    def single(self) -> tuple[object, float] | None:
        """Return the one point that there is, None for more or for none."""
        return self.points[0] if len(self.points) == 1 else None

    def _place(self, number: int, value: float) -> tuple[float, float]:
        across = (WIDTH - self.left - 12) * number / max(len(self.points) - 1, 1)
        return round(self.left + across, 1), round(self.base - (self.base - TOP) * value / self.ticks[-1], 1)

    @cached_property
    def _places(self) -> list[tuple[float, float]]:
        return [self._place(number, value) for number, (_label, value) in enumerate(self.points)]

    @cached_property
    def left(self) -> int:
        """Return where the axis stands: as far in as its longest number needs."""
        longest = max(len(numbered(tick)) for tick in self.ticks)
        return max(LEFT, GAP + ceil(SIGN * longest))

    @cached_property
    def ticks(self) -> list[float]:
        """Return the ticks of the axis; each point is placed by the last."""
        return ticks(max((value for _label, value in self.points), default=0))

    @property
    def grid(self) -> list[tuple[float, float]]:
        """Return each tick with its y coordinate."""
        return [(tick, self._place(0, tick)[1]) for tick in self.ticks]

    @cached_property
    def path(self) -> str:
        """Return the line, as the `d` of an SVG path."""
        return "M" + "L".join(f"{x} {y}" for x, y in self._places) if self.points else ""

    @property
    def area(self) -> str:
        """Return the area under the line, as the `d` of an SVG path."""
        if not self.points:
            return ""
        last, _y = self._place(len(self.points) - 1, 0)
        return f"{self.path}L{last} {self.base}L{self.left} {self.base}Z"

    @property
    def dots(self) -> SafeString:
        """Return the points, each with what it says."""
        html = '<circle cx="{}" cy="{}" r="3"><title>{}: {}</title></circle>'
        found = zip(self._places, self.points, strict=True)
        return format_html_join("", html, ((x, y, label, numbered(value)) for (x, y), (label, value) in found))

    @property
    def as_rows(self) -> SafeString:
        """Return the points as rows of a table."""
        return rows_of(self.points)

    @property
    def labels(self) -> list[tuple[float, object, str]]:
        """Return the first, middle and last label, each with its x coordinate and text anchor."""
        if not self.points:
            return []
        last = len(self.points) - 1
        wanted = sorted({0, last // 2, last} if last > 3 else {0, last})
        anchor = {last: "end", 0: "start"}
        return [(self._place(n, 0)[0], self.points[n][0], anchor.get(n, "middle")) for n in wanted]


@dataclass(frozen=True)
class Heat(Component):
    """A heat map of daily amounts: the darker, the more.

    Attributes:
        days: day label and value, in order; drawn in columns of seven.
    """

    title: object
    days: Sequence[tuple[object, float]]
    unit: object = ""
    template: ClassVar[str] = "web/components/heat.html"

    @property
    def squares(self) -> list[tuple[int, int, int, object, float]]:
        """Return column, row, shade (0 for none to 4 for the most), label and value."""
        highest = max((value for _label, value in self.days), default=0) or 1
        return [
            (n // 7 * 14, n % 7 * 14, -int(-(STEPS - 1) * value // highest), label, value)
            for n, (label, value) in enumerate(self.days)
        ]

    @property
    def drawn(self) -> SafeString:
        """Return the squares, each with what it says."""
        html = '<rect class="heat-{}" x="{}" y="{}" width="12" height="12" rx="2"><title>{}: {}</title></rect>'
        found = ((shade, x, y, label, numbered(value)) for x, y, shade, label, value in self.squares)
        return format_html_join("", html, found)

    @property
    def as_rows(self) -> SafeString:
        """Return the days as rows of a table."""
        return rows_of(self.days)

    @property
    def width(self) -> int:
        """The width of the chart."""
        return (len(self.days) + 6) // 7 * 14
