"""Bars, one for each member, with the target of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from vaern.node.alliance.charts import geometry as g
from vaern.node.alliance.charts.drawing import Drawing, Key
from vaern.node.alliance.charts.words import described, figure, raised, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

TOP, ROW, THICK = 4, 22, 12
NAMES = g.WIDTH * 0.36
"""The most room for the names of members."""


@dataclass(frozen=True)
class Bar:
    """What one member has.

    Attributes:
        name: whose.
        value: how much; a Gap where there is none.
        target: what it is held against, if anything.
    """

    name: object
    value: float | g.Gap
    target: float | None = None


@dataclass(frozen=True)
class Row:
    """A bar as it is drawn.

    Attributes:
        y: its upper edge; `middle` is that of the text.
        x, length: of the bar.
        name, text: what stands left and right of it; `said` is the whole.
        target: where the mark of the target is; None for none.
        missing: there is no value; the text says why.
    """

    y: float
    x: float
    length: float
    name: str
    text: str
    said: str
    target: float | None
    missing: bool

    @property
    def middle(self) -> float:
        """Where the text stands."""
        return self.y + THICK / 2

    @property
    def above(self) -> float:
        """The upper end of the target mark."""
        return self.y - 3

    @property
    def below(self) -> float:
        """Its lower end."""
        return self.y + THICK + 3


@dataclass(frozen=True)
class ByMember(Drawing):
    """A bar chart with one bar per member, in the given order.

    Attributes:
        title: what is shown.
        bars: one a member.
        unit: of the values.
        heading: over the names in the table; "Member" if none is given.
    """

    title: object
    bars: Sequence[Bar]
    unit: object = ""
    heading: object = ""
    drawing: ClassVar[str] = "alliance/charts/by_member.svg"
    thick: ClassVar[int] = THICK

    @cached_property
    def _texts(self) -> list[str]:
        power = 10.0**self.scale.power
        return [shown(bar.value if isinstance(bar.value, g.Gap) else bar.value / power) for bar in self.bars]

    @cached_property
    def left(self) -> float:
        """Where the bars begin: right of the longest name, if it is not too long."""
        return round(min(max((g.wide(str(bar.name)) for bar in self.bars), default=0), NAMES) + 8, 1)

    @property
    def names(self) -> float:
        """Where the names end."""
        return self.left - 8

    @cached_property
    def right(self) -> float:
        """Where the bars end: left of the longest figure."""
        texts = [text for text, bar in zip(self._texts, self.bars, strict=True) if not isinstance(bar.value, g.Gap)]
        return round(g.WIDTH - max((g.wide(text) for text in texts), default=0) - 8, 1)

    @property
    def amounts(self) -> list[float | g.Gap]:
        """The values of all members."""
        return [bar.value for bar in self.bars]

    @cached_property
    def scale(self) -> g.Scale:
        """The axis of amounts; its room is set by the texts, which need its power alone."""
        values = [bar.value for bar in self.bars if not isinstance(bar.value, g.Gap)]
        return g.scale([*values, *(bar.target for bar in self.bars if bar.target is not None)], 0, 1)

    @cached_property
    def axis(self) -> g.Scale:
        """The same axis in its place."""
        return g.Scale(self.scale.ticks, self.left, self.right)

    @cached_property
    def power(self) -> str:
        """What the figures are multiplied by, in signs."""
        return raised(self.scale.power)

    @cached_property
    def rows(self) -> list[Row]:
        """The bars."""
        return [self._row(number, bar) for number, bar in enumerate(self.bars)]

    def _row(self, number: int, bar: Bar) -> Row:
        y, zero, name = TOP + ROW * number, self.axis.zero, g.fitted(str(bar.name), NAMES)
        target = None if bar.target is None else self.axis.place(bar.target)
        said = f"{bar.name}: {shown(bar.value)}"
        if bar.target is not None:
            said += "; " + _("target %(value)s") % {"value": figure(bar.target)}
        if isinstance(bar.value, g.Gap):
            text = g.fitted(shown(bar.value), g.WIDTH - self.left - 12)
            return Row(y, self.left + 4, 0, name, text, said, target, missing=True)
        end = self.axis.place(bar.value)
        length = round(abs(end - zero), 1)
        return Row(y, min(zero, end), length, name, self._texts[number], said, target, missing=False)

    @cached_property
    def base(self) -> float:
        """The lower end of the bars."""
        return TOP + ROW * len(self.bars)

    @cached_property
    def keys(self) -> list[Key]:
        """The legend: what the mark is, if there is one."""
        if all(bar.target is None for bar in self.bars):
            return []
        y = self.base + g.LINE
        return [Key(y, _("Target"), "target", None, f"M20 {y - 12}v16")]

    @cached_property
    def height(self) -> float:
        """Of the whole."""
        return self.base + 4 + (g.LINE + 4 if self.keys else 0)

    @cached_property
    def description(self) -> str:
        """The chart in a sentence."""
        return described(self.title, [bar.name for bar in self.bars], [bar.value for bar in self.bars])

    @property
    def table(self) -> tuple[Sequence[object], list[tuple[object, list[str]]]]:
        """The heads of the columns, and for each member its name and its values."""
        rows = [(bar.name, [shown(bar.value), "–" if bar.target is None else figure(bar.target)]) for bar in self.bars]
        return [self.heading or _("Member"), _("Value"), _("Target")], rows
