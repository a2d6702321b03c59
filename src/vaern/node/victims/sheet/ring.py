"""Draw the graph of a series as SVG, without a script: a ring of its connections.

Everything in the picture stands in a table beside it, with links: whoever works by keyboard or with a screen reader
uses that, and misses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, ClassVar

from vaern.node.web.components import Component

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 720, 440
MOST = 18


@dataclass(frozen=True)
class Node:
    """One thing on the ring.

    Attributes:
        kind: `series`, `camera`, `place`, `folder`, `name`, `account` or `met`: its shape and colour.
        label: a few words.
        weight: how many files; the thicker its line.
        url: where it leads, or "".
    """

    kind: str
    label: str
    weight: int = 1
    url: str = ""


@dataclass(frozen=True)
class Ring(Component):
    """A series in the middle, and round it what it is connected with.

    Attributes:
        centre: the code of the series.
        nodes: round it; what is more than fits stands in the table alone.
        title: what the picture shows, for those who do not see it.
    """

    centre: str
    nodes: Sequence[Node]
    title: object
    template: ClassVar[str] = "victims/sheet/ring.html"
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    middle: ClassVar[tuple[int, int]] = (WIDTH // 2, HEIGHT // 2)

    @property
    def placed(self) -> list[dict[str, object]]:
        """Each node with its position, text anchor and line width."""
        shown = list(self.nodes)[:MOST]
        most = max((node.weight for node in shown), default=1)
        found = []
        for number, node in enumerate(shown):
            angle = 2 * pi * number / len(shown) - pi / 2
            x, y = WIDTH / 2 + 170 * cos(angle), HEIGHT / 2 + 150 * sin(angle)
            side = "middle" if abs(cos(angle)) < 0.25 else "start" if cos(angle) > 0 else "end"
            away = {"start": 16, "end": -16, "middle": 0}[side]
            below = 26 if sin(angle) > 0 else -16
            found.append(
                {
                    "node": node,
                    "x": round(x, 1),
                    "y": round(y, 1),
                    "anchor": side,
                    "tx": round(x + away, 1),
                    "ty": round(y + (below if side == "middle" else 4), 1),
                    "stroke": round(1 + 4 * node.weight / most, 1),
                    "short": node.label if len(node.label) <= 24 else node.label[:23] + "…",
                }
            )
        return found

    @property
    def left_out(self) -> int:
        """How many nodes appear only in the table."""
        return max(0, len(self.nodes) - MOST)
