"""What a release covers: years, periods that are over, and the indicators that stand for each policy target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.suppression.cells import ALL, OTHER, SHAPES, Cell
from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

Depth = Literal["years", "quarters", "months"]
DEPTHS: dict[Depth, tuple[periods.Kind, ...]] = {
    "years": ("year",),
    "quarters": ("quarter", "year"),
    "months": ("month", "quarter", "year"),
}
MOST_YEARS = 6
RIPE = timedelta(days=7)
"""How long after its end a period is released at the earliest: the longest limit in a definition, so that everything in
it is old enough to be counted under each."""

HEADLINES: dict[str, str] = {"t1": "identified_flow", "t2": "forwarded_with_outcome", "t4": "removal_72h"}
"""The indicator whose chart stands for a policy target. What stands beside it by its definition is shown with it."""

MEDIANS = frozenset({"urgent_triage", "assistance_days"})
GROWTH = {"identified_flow_growth": "identified_flow", "identified_stock_growth": "identified_stock"}
"""Growth, and of what: told where both numbers are, because it is made of nothing else."""


@dataclass(frozen=True)
class Scope:
    """What a release is about.

    Attributes:
        first, last: years.
        depth: how fine its periods are.
    """

    first: int
    last: int
    depth: Depth = "quarters"

    def __post_init__(self) -> None:
        if not self.first <= self.last < self.first + MOST_YEARS:
            raise Refusal(f"A release covers 1 to {MOST_YEARS} years.")

    def starts(self, kind: periods.Kind, today: date, *, running: bool = False) -> list[date]:
        """Return the periods of a kind that can be told on a day; `running`: also the one that is not over."""
        found = periods.between(kind, date(self.first, 1, 1), date(self.last, 12, 31))
        return [start for start in found if (start <= today if running else periods.after(kind, start) + RIPE <= today)]

    def cells(self, listed: tuple[str, ...], today: date, *, running: Collection[periods.Kind] = ()) -> frozenset[Cell]:
        """Return every cell of the tables; a median has no row for what belongs to no member."""
        return frozenset(
            Cell(code, row, kind, start)
            for kind in DEPTHS[self.depth]
            for start in self.starts(kind, today, running=kind in running)
            for code in SHAPES
            for row in (ALL, OTHER, *listed)
            if not (row == OTHER and code in MEDIANS)
        )
