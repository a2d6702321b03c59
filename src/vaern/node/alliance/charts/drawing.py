"""What every chart is: a component with a drawing and its table, that can be written alone as an SVG file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from vaern.node.alliance.charts.geometry import WIDTH, Gap
from vaern.node.web.components import Component

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@dataclass(frozen=True)
class Single:
    """A number that is alone, so that nothing is drawn.

    Attributes:
        value: in words.
        moment: of when it is.
        beside: what it is held against, and why there are no others.
    """

    value: str
    moment: object
    beside: Sequence[str]


class Drawing(Component):
    """A chart. In a page it takes its colours from the page; alone, from a style of its own, light, for paper.

    Where there is not one number, a sentence stands in its place: empty axes look like nought.
    """

    template: ClassVar[str] = "alliance/charts/chart.html"
    drawing: ClassVar[str] = ""
    width: ClassVar[int] = WIDTH

    @property
    def amounts(self) -> Sequence[float | Gap]:
        """Everything that it draws, gaps included."""
        raise NotImplementedError

    @property
    def whys(self) -> list[str]:
        """Why numbers are missing, each reason once; "" for a gap that says none."""
        return list(dict.fromkeys(str(one.why) for one in self.amounts if isinstance(one, Gap)))

    @property
    def nothing(self) -> str:
        """The text shown instead where there is no number to draw; empty where there is one."""
        if any(not isinstance(one, Gap) for one in self.amounts):
            return ""
        reasons = "; ".join(one for one in self.whys if one)
        if not reasons:
            return _("There is no number to draw.")
        return _("There is no number to draw. %(why)s.") % {"why": reasons}

    @property
    def single(self) -> Single | None:
        """The one number that there is, where a drawing of it would be one point; None for more, or for none."""
        return None

    @property
    def svg(self) -> SafeString:
        """The drawing for a page."""
        return render_to_string(self.drawing, {"it": self})

    def standalone(self) -> str:
        """Return the drawing as an SVG file with its own colours, for a document."""
        return str(render_to_string(self.drawing, {"it": self, "alone": True}))
