"""A walk over all that people can do to a report's assessment, against the laws of views and disputes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment import decisions
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import conclusions
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk.actions import give_back
from vaern.node.reports.models import Assessment, Exposure, Location, Report
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules import states as lives
from vaern.node.reports.rules.assessments import SecondView
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.states import State

REASON = Reason(Why.ASSESSMENT)


def entries() -> Any:
    """What people did: what the node compares with other organisations, it records by itself."""
    return Entry.objects.exclude(act__startswith="crosscheck.")


class Views(RuleBasedStateMachine):
    """Three people, one report of three items, a policy, and everything that they can try."""

    @initialize(policy=st.sampled_from(SecondView), share=st.integers(0, 100), urgent=st.booleans())
    def begin(self, policy: SecondView, share: int, urgent: bool) -> None:
        organisation = make_organisation("hotline")
        self.people = [viewer_for(make_person("analyst", organisation)) for _ in range(4)]
        desk = desk_of(organisation)
        desk.second_view, desk.second_view_share = policy.value, share
        desk.save()
        self.desk, self.urgent = desk, urgent
        urls = [f"https://host{n}.example/synthetic" for n in range(3)]
        self.report = make_report(organisation, urls, urgent=urgent)
        self.doubted: dict[tuple[int, Any], bool] = {}
        self.entries = entries().count()

    @rule(
        who=st.integers(0, 3),
        items=st.sampled_from([(), (1,), (2, 3), (1, 2, 3)]),
        baseline=st.sampled_from([True, False, None]),
        actionable=st.booleans(),
        extent=st.sampled_from(Extent),
        files=st.integers(0, 4),
        doubtful=st.booleans(),
        ask=st.booleans(),
    )
    def view(self, who: int, **given: Any) -> None:
        self.view_of(who, **given)

    def view_of(self, who: int, **given: Any) -> None:
        viewer = self.people[who]
        before = Report.everywhere.get(pk=self.report.pk)
        number = Assessment.everywhere.filter(report=before).count()
        finals = Assessment.everywhere.filter(report=before, final=True)
        exposures = Exposure.everywhere.count()
        try:
            event = assess(viewer, REASON, self.report, Judgement(**given))
        except Refusal:
            self.unchanged(before, number, exposures)
            return
        self.entries += 1
        after = Report.everywhere.get(pk=self.report.pk)
        assert State(before.state) in assessments.PLACES
        assert Exposure.everywhere.count() > exposures
        assert given["actionable"] or not given["baseline"]
        last = Assessment.everywhere.filter(report=after).latest("id")
        assert last.person_id == viewer.person.id  # type: ignore[union-attr]
        assert last.final == (event is not None)
        key = (last.round, last.person_id)
        self.doubted[key] = self.doubted.get(key, False) or given["ask"]
        if event is None:
            assert after.state == before.state
            return
        people = list(finals.filter(round=last.round).values_list("person", flat=True))
        assert len(people) == len(set(people))
        places = {place for (place,) in finals.filter(round=last.round).values_list("place")}
        if before.state == State.SECOND_VIEW.value:
            said = self.said(last.round)
            assert (after.state == State.DISPUTED.value) == (said["first"] != said["second"])
        if after.state == State.DISPUTED.value:
            assert places == {"first", "second"}
        if before.state == State.DISPUTED.value:
            assert places == {"first", "second", "third"}
            assert after.state in {State.IN_ACTION.value, State.CLOSED.value}
        if before.state == State.ARRIVED.value and after.state in {State.IN_ACTION.value, State.CLOSED.value}:
            assert self.desk.second_view != SecondView.ALWAYS.value
            assert not self.doubted[key], "who asks gets a second view"
            if self.desk.second_view == SecondView.SAMPLED.value:
                assert not assessments.sampled(self.report.pk, self.desk.second_view_share)

    def said(self, number: int) -> dict[str, dict[int, Any]]:
        """What each place said of each item last, read anew from the rows of those who completed it."""
        rows = Assessment.everywhere.filter(report=self.report, round=number).select_related("item").order_by("id")
        by = {row.place: row.person_id for row in rows if row.final}
        found: dict[str, dict[int, Any]] = {place: {} for place in by}
        for row in rows:
            if by.get(row.place) == row.person_id:
                for item in [row.item.number] if row.item else [1, 2, 3]:
                    found[row.place][item] = (row.baseline, row.actionable)
        return found

    def acted_on(self, number: int) -> set[int]:
        """The items of which whoever spoke last in a round said that they are an offence."""
        said = self.said(number)
        last = next(said[place] for place in ("third", "second", "first") if place in said)
        return {item for item, (_baseline, actionable) in last.items() if actionable}

    def unchanged(self, before: Report, number: int, exposures: int) -> None:
        after = Report.everywhere.get(pk=self.report.pk)
        assert (after.state, after.claimed_by_id) == (before.state, before.claimed_by_id)
        assert Assessment.everywhere.filter(report=after).count() == number
        assert Exposure.everywhere.count() == exposures

    @rule(who=st.integers(0, 3))
    def gives_back(self, who: int) -> None:
        try:
            give_back(self.people[who], REASON, self.report)
        except Refusal:
            return
        self.entries += 1

    @rule(
        who=st.integers(0, 3),
        baseline=st.sampled_from([True, False, None]),
        actionable=st.booleans(),
        ask=st.booleans(),
    )
    def concludes(self, who: int, baseline: bool | None, actionable: bool, ask: bool) -> None:
        """All items in one form, with nothing in it that would be refused by itself."""
        self.view_of(
            who,
            items=(),
            baseline=baseline if actionable else None,
            actionable=actionable,
            extent=Extent.NOTHING,
            files=0,
            doubtful=False,
            ask=ask,
        )

    @rule()
    def opened_again(self) -> None:
        found = Report.everywhere.get(pk=self.report.pk)
        if found.state == State.CLOSED.value:
            found.state = lives.after(State.CLOSED, lives.Event.REOPEN).value
            found.actionable, found.closed_at = None, None
            found.save()

    @rule(who=st.integers(0, 3), words=st.sampled_from(["", "The court decided so on Monday."]))
    def law_that_is_in_force_stops_nothing_and_clears_nothing(self, who: int, words: str) -> None:
        with pytest.raises(Refusal):
            decisions.stop_for_law(self.people[who], REASON, self.report, "notify")
        with pytest.raises(Refusal):
            decisions.clear(self.people[who], REASON, self.report, words)

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "report"):
            return
        found = Report.everywhere.get(pk=self.report.pk)
        assert found.urgent == self.urgent
        assert entries().count() == self.entries, "one act, one entry"
        in_action = found.state == State.IN_ACTION.value
        rounds = Assessment.everywhere.filter(report=found, final=True).values_list("round", flat=True)
        acted_on = {number: self.acted_on(number) for number in set(rounds)}
        begun = set(Location.everywhere.filter(report=found).values_list("item__number", flat=True))
        assert begun <= set().union(*acted_on.values()), "nothing is taken down that nobody concluded to be an offence"
        assert not in_action or acted_on[max(acted_on)] <= begun
        if in_action:
            last = Assessment.everywhere.filter(report=found).order_by("-round").first()
            assert last is not None
            finals = Assessment.everywhere.filter(report=found, round=last.round, final=True)
            if self.desk.second_view == SecondView.ALWAYS.value:
                assert finals.values("person").distinct().count() >= 2
            assert found.actionable is True
            assert conclusions.conclusion(found) is not None
        if State(found.state) in assessments.PLACES:
            assert conclusions.conclusion(found) is None


@pytest.mark.slow
class TestViews(TestCase):
    """Runs the walk, each in a transaction of its own."""

    def test_walk(self) -> None:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            Views,
            settings=settings(
                max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
