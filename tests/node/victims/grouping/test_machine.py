"""Any order of files and of what people say ends in a defined state: on a real database."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.victims.grouping.signals import pdq

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.registry.actions import keys_of, of_record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.victims.grouping import actions, takes
from vaern.node.victims.grouping.member_keys import keys_of_members
from vaern.node.victims.models import Member, Merge, MergeProposal, Separation, Series
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Callable

WHY = Reason(Why.VICTIM_IDENTIFICATION, "made up for a test")
STEP = 15
"""Bits between two places of the line on which the files lie: two places apart are linked, three are not."""


class Series_(RuleBasedStateMachine):  # noqa: N801 - beside the model of that name
    """Files on a line; people confirm, merge, undo, refuse, keep apart, lift, split and move."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.viewer = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
        self.places: dict[int, int] = {}
        self.person = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def all_series(self) -> list[Series]:
        found = Series.everywhere.filter(organisation=self.viewer.organisation, absorbed_into=None)
        return list(found.filter(members_total__gt=0).order_by("created_at", "pk"))

    def says(self, what: Callable[[], object]) -> None:
        self.person = True
        try:
            with transaction.atomic():
                what()
        except Refusal:
            pass  # refused, with a reason; what is there stays as it is

    @rule(place=st.integers(0, 9))
    def come(self, place: int) -> None:
        signal = Signal("pdq", pdq(1, *range(STEP * place)))
        member = takes.add_by_hash(self.viewer, WHY, [signal], synthetic=True)
        self.places[member.pk] = place

    @precondition(lambda self: self.places)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.all_series()))
        self.says(lambda: actions.confirm(self.viewer, WHY, one))

    @precondition(lambda self: len(self.all_series()) > 1)
    @rule(data=st.data(), how=st.sampled_from(["merge", "apart", "lift", "move"]))
    def two(self, data: st.DataObject, how: str) -> None:
        one, other = data.draw(st.permutations(self.all_series()))[:2]
        if how == "move":
            member = data.draw(st.sampled_from(list(Member.everywhere.filter(series=one).order_by("pk"))))
            self.says(lambda: actions.move_member(self.viewer, WHY, member, other))
        else:
            act = {"merge": actions.merge, "apart": actions.keep_apart, "lift": actions.lift_separation}[how]
            self.says(lambda: act(self.viewer, WHY, one, other))

    @precondition(lambda self: self.places)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.all_series()))
        members = list(Member.everywhere.filter(series=one).order_by("pk").values_list("pk", flat=True))
        chosen = data.draw(st.lists(st.sampled_from(members), unique=True))
        self.says(lambda: actions.split(self.viewer, WHY, one, chosen))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        merges = list(Merge.everywhere.filter(organisation=self.viewer.organisation).order_by("merged_at", "pk"))
        if merges:
            one = data.draw(st.sampled_from(merges))
            moved = set(Member.everywhere.filter(pk__in=one.moved, series=one.kept).values_list("pk", flat=True))
            done_before = one.undone_at
            self.says(lambda: actions.undo(self.viewer, WHY, one))
            one.refresh_from_db()
            if one.undone_at != done_before:
                assert moved <= set(Member.everywhere.filter(series=one.absorbed).values_list("pk", flat=True))

    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        open_ones = list(MergeProposal.everywhere.filter(organisation=self.viewer.organisation, answer=""))
        if open_ones:
            one = data.draw(st.sampled_from(sorted(open_ones, key=lambda each: each.raised_at)))
            self.says(lambda: actions.refuse(self.viewer, WHY, one))

    @invariant()
    def every_file_has_one_home_that_stands(self) -> None:
        homes = dict(Member.everywhere.filter(pk__in=self.places).values_list("pk", "series_id"))
        assert set(homes) == set(self.places)
        standing = {one.pk: one.members_total for one in Series.everywhere.filter(absorbed_into=None)}
        counts = Counter(homes.values())
        assert all(standing[home] == count for home, count in counts.items())

    @invariant()
    def nothing_that_is_kept_apart_is_together(self) -> None:
        into = dict(Series.everywhere.values_list("pk", "absorbed_into"))

        def stands(series: object) -> object:
            seen = set()
            while into[series] is not None:
                assert series not in seen, "a series is its own part"
                seen.add(series)
                series = into[series]
            return series

        for one, other in Separation.everywhere.filter(lifted_at=None).values_list("one_id", "other_id"):
            assert stands(one) != stands(other)

    @invariant()
    def the_node_merges_nothing_that_was_confirmed(self) -> None:
        by_node = Merge.everywhere.filter(merged_by=None).select_related("kept", "absorbed")
        for merge in by_node:
            for one in (merge.kept, merge.absorbed):
                assert one.confirmed_at is None or one.confirmed_at > merge.merged_at or not one.confirmed

    @invariant()
    def the_cross_check_has_the_keys_of_the_files(self) -> None:
        for series in Series.everywhere.filter(organisation=self.viewer.organisation):
            enrolment = of_record(series).first()
            held = set(keys_of(enrolment)) if enrolment else set()
            assert held == keys_of_members(series)

    @invariant()
    def without_people_series_are_components(self) -> None:
        if self.person:
            return
        label = {one: one for one in self.places}
        for _ in label:
            for a, b in combinations(sorted(label), 2):
                if abs(self.places[a] - self.places[b]) <= 2:
                    label[a] = label[b] = min(label[a], label[b])
        homes = dict(Member.everywhere.filter(pk__in=self.places).values_list("pk", "series_id"))
        assert len({(label[one], homes[one]) for one in label}) == len(set(label.values())) == len(set(homes.values()))


@pytest.mark.slow
@pytest.mark.django_db
def test_any_order_ends_in_a_defined_state() -> None:
    run_state_machine_as_test(Series_, settings=settings(max_examples=15, stateful_step_count=25, deadline=None))
