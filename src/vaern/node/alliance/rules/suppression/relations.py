"""How the numbers of indicators hang together, worked out from what they sum (`MEASURES`).

Whoever reads the definitions knows which numbers count the same records. A relation that stood in a list beside the
definitions could be forgotten, and each one that we forget gives small numbers away.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING

from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.measures import LIMIT, MEASURES
from vaern.node.alliance.rules.suppression.cells import SHAPES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True)
class Relation:
    """What is known of two quantities of any member.

    Attributes:
        smaller, larger: the quantities; `smaller` is never more.
        equal: they are the same number.
        cumulated: not in each month, but summed from the first month up to any month; `equal` then says that they are
            the same number once every month is summed.
    """

    smaller: str
    larger: str
    equal: bool = False
    cumulated: bool = False


@dataclass(frozen=True)
class _Sum:
    """A quantity by its definition.

    Attributes:
        over: population, owner and weight of the records; sums of different ones can not be compared.
        cohort: the time that puts a record into a month.
        needs: the conditions of a record to be counted, each with the hours of its limit, or zero.
    """

    over: tuple[str, str, str]
    cohort: str
    needs: Mapping[str, float]

    def within(self, other: _Sum) -> bool:
        """Whether each record counted here is counted there too."""
        return all(need in self.needs and self.needs[need] <= hours for need, hours in other.needs.items())

    def follows(self, other: _Sum) -> bool:
        """Whether each record is counted here no earlier than there."""
        return f"{self.cohort} >= {other.cohort}" in self.needs


@cache
def relations() -> tuple[Relation, ...]:
    """Return every relation that the current definitions state.

    Limits that a record has to outlive (`ripens`) are left aside: the numbers of a month that is not a week old may
    break a relation, and one that the numbers break is taken out there (`Edition.relations`).
    """
    sums = _sums()
    found = {(shape.hits, shape.of): Relation(shape.hits, shape.of) for shape in SHAPES.values() if shape.hits}
    for (smaller, one), (larger, other) in permutations(sums.items(), 2):
        if one.over != other.over or not one.within(other) or (larger, smaller) in found:
            continue
        equal = other.within(one)
        if one.cohort == other.cohort:
            found[smaller, larger] = Relation(smaller, larger, equal)
        elif one.follows(other):
            found[smaller, larger] = Relation(smaller, larger, equal, cumulated=True)
    return tuple(found.values())


def without_implied(found: Collection[Relation]) -> list[Relation]:
    """Return relations without those that follow from the others, so that systems stay small."""
    kept = list(found)
    for one in sorted(found, key=lambda one: (not one.cumulated, _code(one.smaller) == _code(one.larger))):
        rest = [other for other in kept if other != one]
        if _implied(one, rest):
            kept = rest
    return kept


def _code(quantity: str) -> str:
    return quantity.partition(":")[0]


def _implied(one: Relation, others: Collection[Relation]) -> bool:
    if one.equal and one.cumulated:
        return False
    steps = {(other.smaller, other.larger) for other in others if _usable(other, one)}
    steps |= {(other.larger, other.smaller) for other in others if other.equal and not other.cumulated}
    reached, new = set[str](), {one.smaller}
    while new:
        reached |= new
        new = {larger for smaller, larger in steps if smaller in reached} - reached
    return one.larger in reached


def _usable(other: Relation, one: Relation) -> bool:
    """Whether a relation can be a step on the way to another."""
    return (other.equal or not one.equal) and (one.cumulated or not other.cumulated)


def _sums() -> dict[str, _Sum]:
    found = {}
    for code, shape in SHAPES.items():
        if shape.stock:
            continue
        one, definition = MEASURES[code], definitions.current().by_code[code]
        hours = definition.within_hours or 0.0
        of = _conditions(one.of, hours) | (_conditions(f"{one.took} IS NOT NULL", hours) if one.took else {})
        found[shape.of] = _Sum((definition.population, one.owner, one.counts), one.cohort, of)
        if shape.hits:
            over = (definition.population, one.owner, one.weight or one.counts)
            found[shape.hits] = _Sum(over, one.cohort, of | _conditions(one.hits, hours))
    return found


def _conditions(text: str, hours: float) -> dict[str, float]:
    """Return the conditions that all have to hold, each with the hours of its limit, or zero."""
    return {need: hours if LIMIT in need else 0.0 for need in text.split(" AND ") if need != "true"}
