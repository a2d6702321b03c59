"""What the statistics count, under which provision, and how a number is called. Files with a version.

A number is one cell: a statistic, a breakdown of it, a category of the breakdown. The total of a statistic is a cell
too. Every breakdown of a statistic has a category for what was not recorded, where something can be left unsaid, so
that its parts always sum to the total: nothing is guessed, and nothing is lost.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.node.alliance.rules.frame import Basis, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parent / "data" / "statistics"
TOTAL = ""
"""Breakdown and category of the total of a statistic."""

NOT_RECORDED = "not_recorded"


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the law asks for.

    Attributes:
        act, provision: the act and the place in it.
        says: what it asks, in our words.
        basis: whether the original was read, a copy by others, or neither.
        source, day: where it was read and when; where nobody read it, "" and the day on which it was written down.
    """

    code: str
    act: Text
    provision: str
    says: Text
    basis: Basis
    source: str
    day: date


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One category of a breakdown."""

    code: str
    name: Text


class Breakdown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a statistic is split; its categories are every one that there can be."""

    code: str
    name: Text
    categories: tuple[Category, ...]


class Statistic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statistic.

    Attributes:
        counted, period, exclusions, weakness: what people read.
        breakdowns: codes, in their order.
        provisions: codes of what asks for it; none where it is given beside what the law asks.
        tells_of: the indicator of public releases that counts the same: what these leave out is left out here.
    """

    code: str
    unit: Literal["reports", "items", "locations", "children", "cases"]
    name: Text
    counted: Text
    period: Text
    exclusions: Text
    weakness: Text
    breakdowns: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    tells_of: str = ""


class Definitions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of all definitions."""

    version: str
    valid_from: date
    provisions: tuple[Provision, ...]
    breakdowns: tuple[Breakdown, ...]
    statistics: tuple[Statistic, ...]

    def breakdown(self, code: str) -> Breakdown:
        """Return a breakdown.

        Raises:
            KeyError: there is none of this code.
        """
        for one in self.breakdowns:
            if one.code == code:
                return one
        raise KeyError(code)

    @property
    def cells(self) -> tuple[Place, ...]:
        """Every cell that there is, the total of each statistic first."""
        found = []
        for one in self.statistics:
            found.append(Place(one.code))
            for code in one.breakdowns:
                found += [Place(one.code, code, category.code) for category in self.breakdown(code).categories]
        return tuple(found)


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a number stands."""

    statistic: str
    breakdown: str = TOTAL
    category: str = TOTAL


def read(text: bytes, name: str) -> Definitions:
    """Return the definitions of one file.

    Raises:
        ValueError: not in form, a code twice, or one that is defined nowhere.
    """
    try:
        found = msgspec.json.decode(text, type=Definitions)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    for codes in (
        [one.code for one in found.statistics],
        [one.code for one in found.breakdowns],
        [one.code for one in found.provisions],
        *([one.code for one in each.categories] for each in found.breakdowns),
    ):
        if len(codes) != len(set(codes)):
            raise ValueError(f"{name}: one code stands twice among {', '.join(codes)}")
    known = {one.code for one in found.breakdowns}, {one.code for one in found.provisions}
    for one in found.statistics:
        if not set(one.breakdowns) <= known[0] or not set(one.provisions) <= known[1]:
            raise ValueError(f"{name}: {one.code} names a breakdown or a provision that is not defined")
    return found


@cache
def current() -> Definitions:
    """Return the newest version."""
    return max((read(path.read_bytes(), path.name) for path in FOLDER.glob("*.json")), key=lambda one: one.valid_from)


def filled(found: Definitions, parts: Mapping[Place, int]) -> dict[Place, int]:
    """Return every cell with its number: what nothing was counted for is zero, totals are summed.

    Args:
        found: the definitions.
        parts: the numbers of the first breakdown of each statistic, and of all others; of one without, its total.

    Raises:
        ValueError: two breakdowns of one statistic sum to different totals, or a number has no place.
    """
    if strange := set(parts) - set(found.cells):
        raise ValueError(f"no such cell: {min(strange)}")
    numbers = {place: parts.get(place, 0) for place in found.cells}
    for one in found.statistics:
        totals = {
            sum(numbers[Place(one.code, code, category.code)] for category in found.breakdown(code).categories)
            for code in one.breakdowns
        }
        if len(totals) > 1:
            raise ValueError(f"the breakdowns of {one.code} sum to {sorted(totals)}")
        if totals:
            numbers[Place(one.code)] = totals.pop()
    return numbers


def parts_of(found: Definitions, statistic: Statistic) -> Iterable[list[Place]]:
    """Return the cells of each breakdown of a statistic."""
    for code in statistic.breakdowns:
        yield [Place(statistic.code, code, category.code) for category in found.breakdown(code).categories]
