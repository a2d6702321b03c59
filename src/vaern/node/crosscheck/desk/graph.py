"""The picture of a group: its records on one side, the keys that they share on the other, and who holds which.

Drawn here, as the charts are; the table beside it says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vaern.node.crosscheck.base import labels
from vaern.node.web.components import Component

if TYPE_CHECKING:
    from vaern.node.crosscheck.desk.queries import Inside

WIDTH, STEP, TOP, LEFT, RIGHT = 720, 34, 20, 210, 440


@dataclass(frozen=True)
class Graph(Component):
    """A group as a picture.

    Attributes:
        of: the group from inside.
        title: what it shows, for those who do not see it.
    """

    of: Inside
    title: object
    template: ClassVar[str] = "crosscheck/desk/graph.html"
    width: ClassVar[int] = WIDTH
    left: ClassVar[int] = LEFT
    right: ClassVar[int] = RIGHT

    @property
    def height(self) -> int:
        """Height of the picture."""
        return TOP * 2 + STEP * max(len(self.of.records), len(self.of.keys), 1)

    @property
    def records(self) -> list[tuple[int, str, str, int]]:
        """Each record: number, letter of its organisation, state, height."""
        return [
            (number, letter, state.value, self._at(place, len(self.of.records)))
            for place, (number, letter, state) in enumerate(self.of.records)
        ]

    @property
    def keys(self) -> list[tuple[object, str, int]]:
        """Each key: kind in words, beginning of its digest, height."""
        return [
            (labels.KINDS[key.kind], key.short, self._at(place, len(self.of.keys)))
            for place, key in enumerate(self.of.keys)
        ]

    @property
    def lines(self) -> list[tuple[int, int]]:
        """Who holds what: the heights of both ends."""
        height = {number: at for number, _letter, _state, at in self.records}
        return [
            (height[number], at)
            for key, (_kind, _short, at) in zip(self.of.keys, self.keys, strict=True)
            for number in key.records
        ]

    def _at(self, place: int, of: int) -> int:
        return round(TOP + (self.height - 2 * TOP) * (place + 0.5) / of)
