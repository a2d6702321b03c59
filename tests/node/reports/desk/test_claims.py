"""Claims: one at a time, ended by themselves, taken over visibly; two at once are one winner and one who is told."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.base import claims
from vaern.node.reports.desk import actions, bulk
from vaern.node.reports.desk.bulk import Bulk, BulkError
from vaern.node.reports.models import Report
from vaern.node.reports.rules.states import CLAIM_LASTS, OPEN, State

if TYPE_CHECKING:
    from uuid import UUID

WHY = Reason(Why.ASSESSMENT)


def acts_on(report: Report) -> list[str]:
    return list(Entry.objects.filter(subject=report.pk).order_by("id").values_list("act", flat=True))


@pytest.mark.once
@pytest.mark.django_db
def test_claims_follow_their_model() -> None:  # noqa: C901 - a machine has many rules
    """A machine of three people, two reports and a clock, against a dictionary."""

    class Claims(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.desk = make_organisation()
            self.people = [make_person("analyst", self.desk) for _ in range(3)]
            self.viewers = [viewer_for(person) for person in self.people]
            self.reports = [make_report(self.desk) for _ in range(2)]
            self.held: dict[int, tuple[int, int]] = {}  # report → person, minutes left

        def fresh(self, number: int) -> Report:
            found: Report = Report.everywhere.get(pk=self.reports[number].pk)
            return found

        @rule(person=st.integers(0, 2), number=st.integers(0, 1))
        def claim(self, person: int, number: int) -> None:
            by, left = self.held.get(number, (person, 0))
            before = len(acts_on(self.reports[number]))
            if by != person and left > 0:
                with viewing(self.desk.id), pytest.raises(Refusal, match=self.people[by].name.split(" (")[0]):
                    actions.claim(self.viewers[person], WHY, self.fresh(number))
                assert len(acts_on(self.reports[number])) == before, "a refusal is no act"
                return
            with viewing(self.desk.id):
                actions.claim(self.viewers[person], WHY, self.fresh(number))
            took_over = number in self.held and by != person
            wanted = "reports.report.taken_over" if took_over else "reports.report.claimed"
            assert acts_on(self.reports[number])[before:] == [wanted]
            self.held[number] = (person, 30)

        @rule(person=st.integers(0, 2), number=st.integers(0, 1))
        def look(self, person: int, number: int) -> None:
            claims.renew(self.viewers[person], self.fresh(number))
            by, left = self.held.get(number, (person, 0))
            if by == person and left > 0:
                self.held[number] = (person, 30)

        @rule(person=st.integers(0, 2), number=st.integers(0, 1))
        def give_back(self, person: int, number: int) -> None:
            by, left = self.held.get(number, (person, 0))
            with viewing(self.desk.id):
                if by == person and left > 0:
                    actions.give_back(self.viewers[person], WHY, self.fresh(number))
                    del self.held[number]
                else:
                    with pytest.raises(Refusal):
                        actions.give_back(self.viewers[person], WHY, self.fresh(number))

        @rule(minutes=st.sampled_from([1, 10, 29, 31]))
        def time_passes(self, minutes: int) -> None:
            for report in Report.everywhere.filter(organisation=self.desk, claimed_until__isnull=False):
                moved = report.claimed_until - timedelta(minutes=minutes)
                Report.everywhere.filter(pk=report.pk).update(claimed_until=moved)
            self.held = {number: (by, left - minutes) for number, (by, left) in self.held.items()}

        @invariant()
        def the_table_says_what_the_model_says(self) -> None:
            for number in range(2):
                report = self.fresh(number)
                by, left = self.held.get(number, (None, 0))
                assert report.claimed_by_id == (self.people[by].pk if by is not None else None)
                if by is not None:
                    remaining = report.claimed_until - timezone.now()
                    assert abs(remaining - timedelta(minutes=left)) < timedelta(minutes=1)

    run_state_machine_as_test(Claims, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_wins() -> None:
    desk = make_organisation()
    report = make_report(desk)
    people = [make_person("analyst", desk) for _ in range(8)]
    viewers = [viewer_for(person) for person in people]
    start, won, lost = threading.Barrier(len(people)), [], []

    def claim(number: int) -> None:
        try:
            start.wait()
            with viewing(desk.id):
                actions.claim(viewers[number], WHY, report)
            won.append(number)
        except Refusal:
            lost.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[number]) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert Report.everywhere.get(pk=report.pk).claimed_by_id == people[won[0]].pk
    assert acts_on(report) == ["reports.report.claimed"]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_bulk_acts_on_the_same_reports_in_any_order_wait_and_do_not_lock_up() -> None:
    desk = make_organisation()
    ids = [make_report(desk).pk for _ in range(12)]
    people = [make_person("analyst", desk) for _ in range(4)]
    viewers = [viewer_for(person) for person in people]
    start = threading.Barrier(len(people))
    won: list[int] = []
    failed: list[BaseException] = []

    def claim(number: int) -> None:
        mine = ids if number % 2 else list(reversed(ids))
        try:
            start.wait()
            with viewing(desk.id):
                bulk.do(viewers[number], WHY, Bulk.CLAIM, mine)
            won.append(number)
        except BulkError:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[number]) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(won) == 1
    claimed = Report.everywhere.filter(organisation=desk).values_list("claimed_by", flat=True)
    assert set(claimed) == {people[won[0]].pk}


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_each_of_two_set_aside_for_the_other_at_once_waits_and_does_not_lock_up() -> None:
    desk = make_organisation()
    viewers = [viewer_for(make_person("analyst", desk)) for _ in range(2)]
    reports = sorted((make_report(desk) for _ in range(2)), key=lambda report: report.pk)
    failed: list[BaseException] = []

    def set_aside(number: int) -> None:
        found, first = reports[number], reports[1 - number]
        try:
            for _ in range(20):
                start.wait()
                with viewing(desk.id), contextlib.suppress(Refusal):
                    bulk.do(viewers[number], WHY, Bulk.DUPLICATE, [found.pk], original=first.code)
                start.wait()
                if number:
                    Report.everywhere.filter(organisation=desk).update(state=State.ARRIVED.value, duplicate_of=None)
        except BaseException as error:
            failed.append(error)
            start.abort()
        finally:
            connection.close()

    start = threading.Barrier(2)
    threads = [threading.Thread(target=set_aside, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db
def test_who_acts_without_a_claim_claims_and_who_comes_second_is_told() -> None:
    desk = make_organisation()
    report = make_report(desk)
    first, second = (viewer_for(make_person("analyst", desk)) for _ in range(2))
    with transaction.atomic():
        found = claims.claimed_or_refuse(first, report)
    assert found.claimed_by == first.person
    assert found.claimed_until - found.touched_at == CLAIM_LASTS
    with pytest.raises(Refusal), transaction.atomic():
        claims.claimed_or_refuse(second, report)
    other = viewer_for(make_person("analyst"))
    with pytest.raises(Refusal), transaction.atomic():
        claims.claimed_or_refuse(other, report)


@pytest.mark.django_db
@given(state=st.sampled_from(sorted(State)))
def test_only_what_is_open_is_claimed(state: State) -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))
    report = make_report(desk, state=state.value, closed_at=timezone.now() if state is State.CLOSED else None)
    if state in OPEN:
        assert actions.claim(viewer, WHY, report).state == state
    else:
        with pytest.raises(Refusal):
            actions.claim(viewer, WHY, report)


def codes(ids: list[UUID]) -> list[str]:
    return [Report.everywhere.get(pk=pk).code for pk in ids]


@pytest.mark.once
@pytest.mark.django_db
@given(blocked=st.sets(st.integers(0, 3)), what=st.sampled_from(sorted(Bulk)))
@settings(max_examples=12, deadline=None)
def test_bulk_is_all_or_nothing_and_says_which(blocked: set[int], what: Bulk) -> None:
    desk = make_organisation()
    viewer, other = (viewer_for(make_person("analyst", desk)) for _ in range(2))
    original = make_report(desk)
    ids = []
    for number in range(4):
        fields = {}
        if number in blocked:
            until = timezone.now() + CLAIM_LASTS
            fields = {"claimed_by": other.person, "claimed_until": until, "urgent": True}
        ids.append(make_report(desk, **fields).pk)
    until = timezone.localdate() + timedelta(days=400)
    before, entries = list(Report.everywhere.filter(organisation=desk).order_by("pk").values()), Entry.objects.count()
    stops = blocked and what is not Bulk.PROLONG
    with viewing(desk.id):
        if stops:
            with pytest.raises(BulkError) as refused:
                bulk.do(viewer, WHY, what, ids, original=original.code, until=until)
            assert [line.code for line in refused.value.lines] == codes(ids)
            assert {n for n, line in enumerate(refused.value.lines) if line.problem} == blocked
            assert list(Report.everywhere.filter(organisation=desk).order_by("pk").values()) == before
            assert Entry.objects.count() == entries
        else:
            done = bulk.do(viewer, WHY, what, ids, original=original.code, until=until)
            assert [line.code for line in done] == codes(ids)
            assert Entry.objects.count() == entries + len(ids)


@pytest.mark.django_db
def test_a_duplicate_leaves_the_list_for_the_report_that_it_repeats() -> None:
    desk = make_organisation()
    viewer = viewer_for(make_person("analyst", desk))
    first, second, third = (make_report(desk) for _ in range(3))
    with viewing(desk.id):
        actions.set_aside(viewer, WHY, third, second)
        actions.set_aside(viewer, WHY, second, first)
        assert {r.duplicate_of_id for r in Report.everywhere.filter(pk__in=[second.pk, third.pk])} == {first.pk}
        with pytest.raises(Refusal, match="duplicate itself"):
            actions.set_aside(viewer, WHY, first, second)
        with pytest.raises(Refusal, match="its own"):
            actions.set_aside(viewer, WHY, first, first)
        back = actions.separate(viewer, WHY, third)
        assert (back.state, back.duplicate_of) == (State.ARRIVED, None)
        with pytest.raises(Refusal):
            actions.separate(viewer, WHY, first)
        foreign = make_report(make_organisation())
        with pytest.raises(Refusal):
            actions.set_aside(viewer, WHY, first, foreign)
        urgent = make_report(desk, urgent=True)
        with pytest.raises(Refusal, match="urgent"):
            actions.set_aside(viewer, WHY, urgent, first)
