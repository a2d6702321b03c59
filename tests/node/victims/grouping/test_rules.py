"""What becomes of a new member and the series that it touches: laws, on the rules alone."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vaern.node.victims.rules.grouping import Decision, Touched, decide, returning

touched = st.lists(st.tuples(st.integers(0, 7), st.booleans()), unique_by=lambda one: one[0], max_size=6).map(
    lambda found: [Touched(series, (series,), firm) for series, firm in found]
)
pairs = st.sets(st.frozensets(st.integers(0, 7), min_size=2, max_size=2), max_size=6)


@given(touched, pairs)
def test_every_series_that_is_touched_has_one_place_in_the_decision(found: list[Touched[int]], apart: set) -> None:
    made = decide(found, apart)
    if not found:
        assert made == Decision()
        return
    named = [made.home, *made.absorbed, *made.proposed, *made.linked]
    assert sorted(named) == sorted(one.series for one in found)


@given(touched, pairs)
def test_nothing_firm_is_glued_and_nothing_that_a_person_keeps_apart(found: list[Touched[int]], apart: set) -> None:
    made = decide(found, apart)
    firm = {one.series for one in found if one.firm}
    together = [made.home, *made.absorbed] if found else []
    if made.absorbed:
        assert not firm & set(together)
    assert not {frozenset(pair) for pair in combinations(together, 2)} & apart
    assert all(frozenset({found[0].series, other}) not in apart for other in made.proposed)
    if firm and found[0].series in firm:
        assert made.home == found[0].series


@given(touched)
def test_without_people_a_member_joins_all_that_it_touches_into_the_oldest(found: list[Touched[int]]) -> None:
    loose = [one for one in found if not one.firm]
    made = decide(loose)
    if loose:
        assert made.home == min(one.series for one in loose)
        assert set(made.absorbed) == {one.series for one in loose} - {made.home}
        assert not made.proposed
        assert not made.linked


@given(st.sets(st.integers(0, 20)), st.lists(st.tuples(st.integers(21, 60), st.one_of(st.none(), st.integers(0, 60)))))
def test_whoever_came_later_goes_with_the_member_by_which_it_came(moved: set[int], later: list) -> None:
    later = sorted(dict(later).items())
    back = returning(moved, later)
    assert set(moved) <= set(back)
    because = dict(later)
    for member in set(back) - moved:
        assert because[member] in back
    for member in set(because) - set(back):
        assert because[member] not in back or because[member] >= member


class Model(RuleBasedStateMachine):
    """Series as sets, moved by the rules: findings are numbers, linked if they are at most 2 apart."""

    def __init__(self) -> None:
        super().__init__()
        self.home: dict[int, int] = {}
        self.value: dict[int, int] = {}
        self.firm: set[int] = set()
        self.apart: set[frozenset[int]] = set()
        self.merges: list[tuple[int, int, list[int], dict[int, int]]] = []
        self.person = False
        self.next = 0

    @rule(value=st.integers(0, 40))
    def come(self, value: int) -> None:
        links = sorted((abs(value - held), one) for one, held in self.value.items() if abs(value - held) <= 2)
        order = list(dict.fromkeys(self.home[one] for _, one in links))
        made = decide([Touched(series, (series,), series in self.firm) for series in order], self.apart)
        new, self.next = self.next, self.next + 1
        home = new if made.home is None else made.home
        for gone in made.absorbed:
            self.absorb(gone, home)
        self.home[new], self.value[new] = home, value

    def absorb(self, gone: int, kept: int) -> None:
        moved = [one for one, series in self.home.items() if series == gone]
        before = dict(self.home)
        self.home |= dict.fromkeys(moved, kept)
        self.merges.append((kept, gone, moved, before))
        # What a person said about the absorbed one holds for the whole.
        self.apart |= {frozenset({kept, *pair - {gone}}) for pair in self.apart if gone in pair and kept not in pair}

    @precondition(lambda self: self.home)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        self.firm.add(data.draw(st.sampled_from(sorted(set(self.home.values())))))
        self.person = True

    @precondition(lambda self: self.merges)
    @rule()
    def undo_the_last_merge(self) -> None:
        kept, gone, moved, before = self.merges.pop()
        back = returning([one for one in moved if self.home[one] == kept], [])
        self.home |= dict.fromkeys(back, gone)
        assert {one: self.home[one] for one in before} == before
        self.apart.add(frozenset({kept, gone}))
        self.person = True

    @invariant()
    def without_people_series_are_components(self) -> None:
        if self.person:
            return
        label = dict.fromkeys(self.value, 0) | {one: one for one in self.value}
        for _ in label:
            for a, b in combinations(self.value, 2):
                if abs(self.value[a] - self.value[b]) <= 2:
                    label[a] = label[b] = min(label[a], label[b])
        assert len({(label[one], self.home[one]) for one in label}) == len(set(label.values()))

    @invariant()
    def what_is_apart_stays_apart(self) -> None:
        for kept, gone, _moved, _before in self.merges:
            assert frozenset({kept, gone}) not in self.apart


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
