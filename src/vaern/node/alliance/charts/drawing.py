"""What every chart is: a component with a drawing and its table, that can be written alone as an SVG file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.template.loader import render_to_string

from vaern.node.alliance.charts.geometry import WIDTH
from vaern.node.web.components import Component

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Key:
    """A line of the legend.

    Attributes:
        y: where it is.
        text: what it says.
        kind: the class of its sample, which says its colour.
        dash: the dashes of its line; None for a sample without a line.
        mark: the `d` of its mark, empty for none.
    """

    y: float
    text: str
    kind: str
    dash: str | None = None
    mark: str = ""

    @property
    def sample(self) -> float:
        """The height of its line: the middle of its text."""
        return self.y - 4


class Drawing(Component):
    """A chart. In a page it takes its colours from the page; alone, from a style of its own, light, for paper."""

    template: ClassVar[str] = "alliance/charts/chart.html"
    drawing: ClassVar[str] = ""
    width: ClassVar[int] = WIDTH

    @property
    def svg(self) -> SafeString:
        """The drawing for a page."""
        return render_to_string(self.drawing, {"it": self})

    def standalone(self) -> str:
        """Return the drawing as an SVG file with its own colours, for a document."""
        return str(render_to_string(self.drawing, {"it": self, "alone": True}))
