"""What a table is made of: cells, and the numbers under them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.node.alliance.rules import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ALL, OTHER = "all", "other"
"""The rows of a table that are no member's: everything together, and what belongs to no member of the table."""

NONE = ""
"""Where numbers of organisations without a country stand in a basis."""

SMALL = range(1, 5)
"""Numbers that are never told: fewer than five, and not zero."""


@dataclass(frozen=True, order=True)
class Cell:
    """One cell: an indicator, a row (a member's code, `ALL` or `OTHER`), and a period by its first day."""

    code: str
    row: str
    period: periods.Kind
    start: date


@dataclass(frozen=True)
class Shape:
    """What an indicator is made of.

    Attributes:
        of: the quantity that it counts; of a share, the denominator.
        hits: of a share, the numerator; "" where there is none.
        stock: it is summed from the first month on, not over its period alone.
    """

    of: str
    hits: str = ""
    stock: bool = False

    @property
    def told(self) -> tuple[dict[str, int], ...]:
        """What a cell tells: sums of quantities."""
        return ({self.of: 1}, {self.hits: 1}) if self.hits else ({self.of: 1},)

    @property
    def sensitive(self) -> tuple[dict[str, int], ...]:
        """What must not be told while it is small: the number, those in the numerator, and those not in it."""
        return ({self.of: 1}, {self.hits: 1}, {self.of: 1, self.hits: -1}) if self.hits else ({self.of: 1},)


def _share(code: str) -> Shape:
    return Shape(f"{code}:of", f"{code}:hits")


SHAPES: dict[str, Shape] = {
    "identified_flow": Shape("identified_flow:of"),
    "identified_stock": Shape("identified_flow:of", stock=True),
    "safeguarded_flow": Shape("safeguarded_flow:of"),
    "suspects_identified": Shape("suspects_identified:of"),
    "suspects_charged": Shape("suspects_charged:of"),
    "suspects_convicted": Shape("suspects_convicted:of"),
    "public_reports": Shape("public_reports:of"),
    "urgent_triage": Shape("urgent_triage:of"),
    "assistance_days": Shape("assistance_days:of"),
    **{
        code: _share(code)
        for code in (
            "safeguarded_share",
            "country_share",
            "country_accepted_share",
            "forwarded_with_outcome",
            "dropped_by_receiver",
            "referral_suspect",
            "referral_charged",
            "referral_convicted",
            "referral_child",
            "police_notice_24h",
            "removal_24h",
            "removal_72h",
            "removal_7d",
            "reappearance",
            "held_share",
            "known_material_share",
            "preservations_lapsed",
        )
    },
}
"""By indicator. Growth is not here: it is told where both of its numbers are, and tells nothing more than they do."""


def families(shapes: Mapping[str, Shape], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the indicators in groups whose numbers say something about each other.

    Args:
        shapes: by indicator.
        pairs: quantities of which a relation is known.
    """
    group = {q: q for shape in shapes.values() for q in (shape.of, shape.hits) if q}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for smaller, larger in pairs:
        group[root(smaller)] = root(larger)
    found: dict[str, list[str]] = {}
    for code, shape in shapes.items():
        found.setdefault(root(shape.of), []).append(code)
    return list(found.values())


Key = tuple[str, str, "date"]


@dataclass(frozen=True)
class Basis:
    """The numbers under all tables of a release: by quantity, country and month. What is not there is zero.

    Attributes:
        numbers: by quantity, country's code (`NONE`: of no country) and first day of the month.
        rows: every country's code, and `NONE`.
        first: the first month that is counted.
    """

    numbers: Mapping[Key, int]
    rows: tuple[str, ...]
    first: date

    def total(self, quantities: Mapping[str, int], rows: tuple[str, ...], months: list[date]) -> int:
        """Return a sum of quantities over countries and months."""
        return sum(
            sign * self.numbers.get((quantity, row, month), 0)
            for quantity, sign in quantities.items()
            for row in rows
            for month in months
        )


@dataclass(frozen=True)
class Tables:
    """The tables of one release.

    Attributes:
        basis: the numbers under them.
        listed: the members that have a row of their own.
        cells: what they tell, or, before it is decided, what they would.
    """

    basis: Basis
    listed: tuple[str, ...]
    cells: frozenset[Cell]
    shapes: Mapping[str, Shape] = field(default_factory=lambda: SHAPES)

    def rows_of(self, row: str) -> tuple[str, ...]:
        """Return the countries that a row sums."""
        if row == ALL:
            return self.basis.rows
        if row == OTHER:
            return tuple(one for one in self.basis.rows if one not in self.listed)
        return (row,)

    def months_of(self, cell: Cell) -> list[date]:
        """Return the months that a cell sums."""
        end = periods.after(cell.period, cell.start)
        begin = min(self.basis.first, cell.start) if self.shapes[cell.code].stock else cell.start
        return periods.between("month", begin, periods.before("month", end))

    def number(self, cell: Cell, quantities: Mapping[str, int]) -> int:
        """Return a number of a cell."""
        return self.basis.total(quantities, self.rows_of(cell.row), self.months_of(cell))

    def is_small(self, cell: Cell) -> bool:
        """Whether a cell must not be told for what it says itself."""
        return any(self.number(cell, quantities) in SMALL for quantities in self.shapes[cell.code].sensitive)
