"""No small number can be narrowed: small tables against every table of whole numbers that agrees with what is told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp
from tests.node.alliance.publishing.histories import records

from vaern.node.alliance.rules.suppression.cells import ALL, NONE, OTHER, SHAPES, Basis, Cell, Tables
from vaern.node.alliance.rules.suppression.cells import families as in_families
from vaern.node.alliance.rules.suppression.protection import Why, protect
from vaern.node.alliance.rules.suppression.relations import relations

FORWARDED = ("forwarded_with_outcome", "referral_suspect", "referral_charged", "referral_convicted", "referral_child")
MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
MOST = 9
"""The brute force tries every number up to here. Enough: true ones are at most 5, and a world needs 4 more at most."""


def tables(numbers, rows, codes, kinds=("month", "quarter"), months=MONTHS):
    """Every cell of some indicators over some rows, the last of which is of no country."""
    basis = Basis(numbers, (*rows, NONE), months[0])
    cells = {
        Cell(code, row, kind, start)
        for code, row, kind in product(codes, (ALL, OTHER, *rows), kinds)
        for start in (months if kind == "month" else months[:1])
    }
    return Tables(basis, tuple(rows), frozenset(cells))


def worlds(of: Tables, told, keys):
    """Return all tables of whole numbers up to MOST over these unknowns that agree with the told sums; the oracle."""
    grid = np.indices([MOST + 1] * len(keys), dtype=np.int8).reshape(len(keys), -1)
    for tables_, cell in told:
        for quantities in tables_.shapes[cell.code].told:
            grid = grid[:, _sum(tables_, cell, quantities, keys, grid) == tables_.number(cell, quantities)]
    for number, (quantity, *place) in enumerate(keys):
        whole = (quantity.replace(":hits", ":of"), *place)
        if whole in keys:
            grid = grid[:, grid[number] <= grid[keys.index(whole)]]
    return grid


def _sum(of: Tables, cell, quantities, keys, grid):
    rows, months = of.rows_of(cell.row), of.months_of(cell)
    found = np.zeros(grid.shape[1], dtype=np.int16)
    for number, (quantity, row, month) in enumerate(keys):
        if row in rows and month in months:
            found += quantities.get(quantity, 0) * grid[number].astype(np.int16)
    return found


def narrowed(of: Tables, told, keys):
    """Return the small cells of which somebody can say more than that they are between 1 and 4."""
    grid = worlds(of, told, keys)
    assert grid.shape[1], "the real world is among them"
    found = []
    for cell in sorted(of.cells):
        for quantities in of.shapes[cell.code].sensitive:
            if of.number(cell, quantities) in range(1, 5):
                seen = _sum(of, cell, quantities, keys, grid)
                if seen.min() > 1 or seen.max() < 4:
                    found.append(cell)
    return found


small = st.integers(0, 5)
FLOW = [("safeguarded_flow:of", row, month) for row in ("XA", NONE) for month in MONTHS]
SHARE = [(f"held_share:{q}", row, MONTHS[0]) for q in ("of", "hits") for row in ("XA", "XV", NONE)]


@settings(max_examples=15, deadline=None)
@given(st.lists(small, min_size=6, max_size=6))
def test_a_count_over_months_and_a_quarter(numbers):
    one = tables(dict(zip(FLOW, numbers, strict=True)), ("XA",), ["safeguarded_flow"])
    told = one.cells - protect([], one).keys()
    assert narrowed(one, [(one, cell) for cell in told], FLOW) == []


@pytest.mark.once
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(small, small), min_size=3, max_size=3))
def test_a_share_over_members(pairs):
    numbers = [max(pair) for pair in pairs] + [min(pair) for pair in pairs]
    one = tables(dict(zip(SHARE, numbers, strict=True)), ("XA", "XV"), ["held_share"], ("month",), MONTHS[:1])
    told = one.cells - protect([], one).keys()
    assert narrowed(one, [(one, cell) for cell in told], SHARE) == []


@pytest.mark.once
@settings(max_examples=15, deadline=None)
@given(st.lists(small, min_size=6, max_size=6), st.lists(st.booleans(), min_size=6, max_size=6))
def test_differences_between_releases_undo_nothing(numbers, changes):
    """Months first, then the quarter; some numbers have changed between. Unchanged ones are the same unknown."""
    first = tables(dict(zip(FLOW, numbers, strict=True)), ("XA",), ["safeguarded_flow"], ("month",))
    told = frozenset(first.cells - protect([], first).keys())
    kept = [key for key, change in zip(FLOW, changes, strict=True) if not change]
    later = dict(first.basis.numbers) | {key: (first.basis.numbers[key] + 6) % 10 for key in FLOW if key not in kept}
    second = tables(later, ("XA",), ["safeguarded_flow"])
    before = Tables(first.basis, first.listed, told)
    new = second.cells - protect([before], second).keys()
    if len(kept) == len(FLOW):
        both = [(before, cell) for cell in told] + [(second, cell) for cell in new]
        assert narrowed(second, both, FLOW) == []
    assert narrowed(first, [(before, cell) for cell in told], FLOW) == []


def test_without_guards_a_small_number_is_found_out():
    """The oracle can fail: the small cell alone left out follows from the sum beside it."""
    numbers = dict.fromkeys(FLOW, 5) | {FLOW[0]: 2}
    one = tables(numbers, ("XA",), ["safeguarded_flow"])
    bare = protect([], one, guard=False)
    assert set(bare.values()) == {Why.SMALL}
    assert narrowed(one, [(one, cell) for cell in one.cells - bare.keys()], FLOW) != []
    guarded = protect([], one)
    assert set(guarded.values()) == {Why.SMALL, Why.GUARD}


def test_nothing_small_leaves_nothing_out():
    one = tables(dict.fromkeys(FLOW, 7), ("XA",), ["safeguarded_flow"])
    assert protect([], one) == {}


def test_out_of_time_leaves_out_the_whole_family():
    one = tables(dict.fromkeys(FLOW, 5) | {FLOW[0]: 2}, ("XA",), ["safeguarded_flow"])
    assert protect([], one, seconds=0.0).keys() == one.cells


@pytest.mark.parametrize("code", sorted(SHAPES))
def test_every_indicator_is_in_one_family(code):
    found = [family for family in in_families(SHAPES, PAIRS) if code in family]
    assert len(found) == 1


# The definitions ------------------------------------------------------------------------------------------------------


PAIRS = [(one.smaller, one.larger) for one in relations()]
KINDS = {
    "children": ["identified_flow", "identified_stock", "safeguarded_flow", "safeguarded_share"],
    "reports": ["forwarded_with_outcome", "dropped_by_receiver", *FORWARDED[1:]],
    "cases": ["suspects_identified", "suspects_charged", "suspects_convicted"],
    "traced": ["police_notice_24h", "held_share"],
    "locations": ["removal_24h", "removal_72h", "removal_7d"],
}
"""The indicators that say something of each other, by the kind of record that they count (`histories`)."""


@pytest.mark.parametrize("relation", relations(), ids=str)
def test_a_relation_holds_for_every_record(relation):
    for adds in (one for of_kind in records(tuple(MONTHS)).values() for one in of_kind):
        low, high = (
            np.array([dict(adds).get((quantity, month), 0) for month in MONTHS])
            for quantity in (relation.smaller, relation.larger)
        )
        if relation.cumulated:
            low, high = low.cumsum(), high.cumsum()
        assert (low <= high).all()
        assert not relation.equal or low[-1] == high[-1]


def test_the_definitions_state_which_numbers_are_the_same():
    """A child that is identified is one of whom safeguarding is asked, at once; that it is safeguarded, in the end."""
    assert {(one.smaller, one.larger, one.cumulated) for one in relations() if one.equal} == {
        ("identified_flow:of", "safeguarded_share:of", False),
        ("safeguarded_flow:of", "safeguarded_share:hits", True),
        ("forwarded_with_outcome:hits", "dropped_by_receiver:of", False),
        ("police_notice_24h:of", "held_share:of", False),
        ("removal_24h:of", "removal_72h:of", False),
        ("removal_24h:of", "removal_7d:of", False),
        ("removal_72h:of", "removal_7d:of", False),
        *((f"{one}:of", f"{other}:of", False) for one, other in combinations(FORWARDED, 2)),
    }


YEAR = [date(2026, month, 1) for month in (1, 4, 7, 10)]
IDENTIFIED, SAFEGUARDED = (20, 12, 6, 1), (10, 6, 0, 0)


@pytest.mark.parametrize(("year", "quarters"), [("flow", "share"), ("share", "flow")])
@pytest.mark.parametrize("flow", ["identified_flow", "safeguarded_flow"])
def test_the_same_number_in_the_year_gives_no_quarter_away(flow, year, quarters):
    """39 in the year, and 20, 12 and 6 in three quarters, leave 1: flow and share count the same children."""
    numbers: dict = {}
    for month, one, part in zip(YEAR, IDENTIFIED, SAFEGUARDED, strict=True):
        of, hits = (one, part) if flow == "identified_flow" else (one + 10, one)
        share = {"safeguarded_share:of": of, "safeguarded_share:hits": hits}
        numbers |= {(quantity, NONE, month): number for quantity, number in {f"{flow}:of": one, **share}.items()}
    codes = {"flow": flow, "share": "safeguarded_share"}
    asked = {Cell(codes[quarters], ALL, "quarter", month) for month in YEAR}
    whole, smallest = Cell(codes[year], ALL, "year", YEAR[0]), Cell(codes[quarters], ALL, "quarter", YEAR[3])
    of = Tables(Basis(numbers, (NONE,), YEAR[0]), (), frozenset(asked | {whole}))
    assert protect([], of, guard=False) == {smallest: Why.SMALL}
    assert Why.GUARD in protect([], of).values(), "all the others told say 39 - 20 - 12 - 6"


class Records:
    """An attacker who has what is told of one kind of records, and tries every number of each record."""

    def __init__(self, of: Tables, told, kind: str) -> None:
        self.of = of
        self.columns = [(row, dict(adds)) for row in of.basis.rows for adds in records(tuple(MONTHS))[kind]]
        forms = [(cell, quantities) for cell in told for quantities in of.shapes[cell.code].told]
        rows = np.array([self.form(*one) for one in forms]).reshape(-1, len(self.columns))
        self.told = LinearConstraint(rows, *[[of.number(*one) for one in forms]] * 2)

    def form(self, cell, quantities):
        """What each record adds to a number."""
        rows, months = self.of.rows_of(cell.row), self.of.months_of(cell)
        return [
            sum(sign * adds.get((quantity, month), 0) for quantity, sign in quantities.items() for month in months)
            if row in rows
            else 0
            for row, adds in self.columns
        ]

    def narrowed(self):
        """The small cells of which more is known than that they are between 1 and 4."""
        found = []
        for cell in sorted(self.of.cells):
            for quantities in self.of.shapes[cell.code].sensitive:
                if self.of.number(cell, quantities) in range(1, 5):
                    form = np.array(self.form(cell, quantities))
                    if not (self.can_be(form, 1) and self.can_be(-form, -4)):
                        found.append(cell)
        return found

    def can_be(self, form, end) -> bool:
        """Whether there are records of which this sum is at most that."""
        limit = LinearConstraint(form[None], -np.inf, end)
        return bool(milp(np.zeros(len(form)), constraints=[self.told, limit], integrality=np.ones(len(form))).success)


@pytest.mark.once
@settings(max_examples=5, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_no_number_of_records_is_worked_out_by_the_definitions(kind, data):
    numbers: Counter = Counter()
    for row in ("XA", NONE):
        for adds in records(tuple(MONTHS))[kind]:
            times = data.draw(st.integers(0, 3))
            numbers.update({(quantity, row, month): times * number for (quantity, month), number in adds})
    one = tables(numbers, ("XA",), KINDS[kind])
    told = one.cells - protect([], one).keys()
    assert Records(one, told, kind).narrowed() == []


def test_a_report_that_came_home_need_be_neither_dropped_nor_more():
    """6 came home, 5 of them with a suspect and none dropped: that a child is safe does not follow, another was closed.

    An attacker to whom every outcome was one of the three worked out the one child; `records` had no other outcome.
    """
    numbers = {
        (f"{code}:of", NONE, month): number
        for code in FORWARDED
        for month, number in zip(MONTHS, (2, 2, 7), strict=True)
    }
    hits = {"forwarded_with_outcome": 6, "referral_suspect": 5, "referral_charged": 4, "referral_convicted": 2}
    numbers |= {(f"{code}:hits", NONE, MONTHS[2]): number for code, number in (hits | {"referral_child": 1}).items()}
    numbers["dropped_by_receiver:of", NONE, MONTHS[2]] = 6
    one = tables(numbers, ("XA",), KINDS["reports"])
    told = one.cells - protect([], one).keys()
    assert Cell("referral_child", ALL, "quarter", MONTHS[0]) not in told
    assert {Cell(code, ALL, "quarter", MONTHS[0]) for code in ("forwarded_with_outcome", "referral_suspect")} <= told
    assert Records(one, told, "reports").narrowed() == []
