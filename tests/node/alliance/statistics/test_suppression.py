"""No small number of a country's year can be narrowed: against every table of whole numbers that agrees with it."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaern.node.alliance.rules import statistics
from vaern.node.alliance.rules.statistics import Breakdown, Category, Definitions, Place, Statistic
from vaern.node.alliance.rules.statistics_suppression import left_out
from vaern.node.alliance.rules.suppression.protection import Why

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = {"en": "x", "da": "x"}
SMALL = range(1, 5)
PARTS = {"sex": "abc", "age": "de"}


def _definitions() -> Definitions:
    breakdowns = tuple(
        Breakdown(code, TEXT, tuple(Category(one, TEXT) for one in parts)) for code, parts in PARTS.items()
    )
    said = Statistic("children", "children", TEXT, TEXT, TEXT, TEXT, TEXT, tuple(PARTS), tells_of="identified_flow")
    return Definitions("test", date(2026, 1, 1), (), breakdowns, (said,))


FOUND = _definitions()


def _place(breakdown: str, part: str) -> Place:
    return Place("children", breakdown, part)


def _split(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to write a total as that many whole numbers."""
    for rest in product(range(total + 1), repeat=parts - 1):
        if sum(rest) <= total:
            yield (*rest, total - sum(rest))


def _tables(total: int) -> Iterator[dict[Place, int]]:
    for one, other in product(*(_split(total, len(parts)) for parts in PARTS.values())):
        named = zip([(b, p) for b, parts in PARTS.items() for p in parts], (*one, *other), strict=True)
        yield {Place("children"): total, **{_place(*place): number for place, number in named}}


def _sums(table: dict[Place, int]) -> dict[tuple[Place, ...], int]:
    """What must stay unknown while it is small: the total, each part, and the total without it."""
    found = {(Place("children"),): table[Place("children")]}
    for breakdown, parts in PARTS.items():
        for part in parts:
            found[_place(breakdown, part),] = table[_place(breakdown, part)]
            rest = tuple(_place(breakdown, other) for other in parts if other != part)
            found[rest] = sum(table[place] for place in rest)
    return found


def narrowed(true: dict[Place, int], out: set[Place]) -> list[tuple[Place, ...]]:
    """Return the small sums of which somebody can say more than that they are between 1 and 4; the oracle.

    They know every cell that is told, and the total where it is not small.
    """
    total = true[Place("children")]
    totals = range(total + 9) if total in SMALL else (total,)
    agree = [
        _sums(table)
        for one in totals
        for table in _tables(one)
        if all(table[place] == number for place, number in true.items() if place not in out)
    ]
    return [
        place
        for place, number in _sums(true).items()
        if number in SMALL and (min(each[place] for each in agree) > 1 or max(each[place] for each in agree) < 4)
    ]


def _numbers(one: tuple[int, ...], other: tuple[int, ...]) -> dict[Place, int]:
    parts = {_place("sex", part): number for part, number in zip("abc", one, strict=True)}
    return statistics.filled(FOUND, parts | {_place("age", part): n for part, n in zip("de", other, strict=True)})


tables = st.integers(0, 9).flatmap(
    lambda total: st.tuples(st.sampled_from(list(_split(total, 3))), st.sampled_from(list(_split(total, 2))))
)


@pytest.mark.once
@given(tables)
@example(((5, 3, 0), (8, 0)))
@example(((1, 1, 1), (3, 0)))
def test_nobody_narrows_a_small_number(both: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    numbers = _numbers(*both)
    out = left_out(FOUND, numbers)
    assert {place for place, number in numbers.items() if number in SMALL} <= set(out)
    assert narrowed(numbers, set(out)) == []


def test_without_the_guard_somebody_does() -> None:
    numbers = _numbers((5, 3, 0), (8, 0))
    alone = left_out(FOUND, numbers, guard=False)
    assert alone == {_place("sex", "b"): Why.SMALL}
    assert narrowed(numbers, set(alone)) != []


def test_what_is_not_small_is_told() -> None:
    assert left_out(FOUND, _numbers((12, 30, 0), (20, 22))) == {}


def test_what_public_releases_leave_out_is_left_out_whole() -> None:
    out = left_out(FOUND, _numbers((12, 30, 0), (20, 22)), {"identified_flow"})
    assert set(out) == set(FOUND.cells)


@pytest.mark.parametrize("one", statistics.current().statistics, ids=lambda one: one.code)
def test_every_definition_says_what_it_counts(one: Statistic) -> None:
    for text in (one.name, one.counted, one.period, one.exclusions, one.weakness):
        assert set(text) == {"en", "da"}
        assert all(text.values())


def test_what_nobody_read_in_the_original_says_so() -> None:
    for one in statistics.current().provisions:
        assert (one.source == "") == (one.basis == "recalled")
