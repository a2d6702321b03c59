"""A wrong conclusion is taken back: at once while nothing left the house, later with a reason; what left stays told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, viewer_for
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.transitions import StateRefusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.retraction import UNDOES, undo, undoable
from vaern.node.reports.desk.queries import worklist
from vaern.node.reports.desk.search import Search
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.ending.disclosures import left
from vaern.node.reports.models import Assessment, Exposure, Location, Notice, Report
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import Event, State
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import hosts, notices
from vaern.node.reports.takedown.tracers import Traced

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
REASON = Reason(Why.ASSESSMENT)
WORDS = Reason(Why.ASSESSMENT, "the wrong report was open")
YES, NO = (Judgement(acts, extent=Extent.WHOLE, files=1) for acts in (True, False))


@pytest.fixture
def desk() -> Organisation:
    return make_organisation("hotline", member=make_member("XA"))


@pytest.fixture
def people(desk: Organisation) -> list[Viewer]:
    return [viewer_for(make_person("analyst", desk)) for _ in range(3)]


def fresh(report: Report) -> Report:
    found: Report = Report.everywhere.get(pk=report.pk)
    return found


def aged(report: Report) -> None:
    """Let the minute be over."""
    Assessment.everywhere.filter(report=report).update(at=timezone.now() - life.UNDO_WITHIN - timedelta(seconds=1))


def notified(viewer: Viewer, report: Report) -> Location:
    """Tell a host of the one location of a report."""
    host = hosts.keep(viewer, None, kind="host", name="Host", abuse="abuse@host.example")
    place = Location.everywhere.get(report=report)
    takedown.trace(viewer, REASON, place, Traced(evidence="registry"), host=host)
    takedown.tell_police(viewer, REASON, Location.everywhere.get(pk=place.pk))
    notices.notify(viewer, REASON, Location.everywhere.get(pk=place.pk))
    found: Location = Location.everywhere.get(pk=place.pk)
    return found


@pytest.mark.parametrize("given", [YES, NO])
def test_a_conclusion_is_undone_and_drawn_anew(desk: Organisation, people: list[Viewer], given: Judgement) -> None:
    report, (viewer, *_) = make_report(desk), people
    assess(viewer, REASON, report, given)
    with viewing(desk.id):
        assert undo(viewer, REASON, report) is Event.UNDO_FIRST
        now = fresh(report)
        assert (now.state, now.actionable, now.closed_at) == (State.ARRIVED.value, None, None)
        assert not Location.everywhere.filter(report=report).exists(), "its takedown begins when it is concluded"
        assert Exposure.everywhere.count() == 1, "what was looked at was looked at"
        assert Assessment.everywhere.get().undone_at is not None
        assert Entry.objects.filter(act="reports.assessment.undone").count() == 1
        assess(viewer, REASON, report, YES)
    assert fresh(report).state == State.IN_ACTION.value
    assert Assessment.everywhere.filter(undone_at=None).get().round == 1, "it is the same round"


@pytest.mark.parametrize("urgent", [True, False])
def test_a_conclusion_stops_the_clock_undone_it_goes_on_and_reopened_it_begins_anew(
    desk: Organisation, people: list[Viewer], urgent: bool
) -> None:
    report, (viewer, *_) = make_report(desk), people
    was_due = timezone.now() - timedelta(days=41)
    Report.everywhere.filter(pk=report.pk).update(urgent=urgent, due_at=was_due)
    assert fresh(report).still_due == was_due
    with viewing(desk.id):
        overdue = partial(worklist, viewer, Search(due="overdue"), {})
        assert len(overdue().page.rows) == 1
        assess(viewer, REASON, report, YES)
        assert fresh(report).still_due is None
        assert not overdue().page.rows
        undo(viewer, REASON, report)
        assert fresh(report).still_due == was_due, "what is undone is as before"
        assess(viewer, REASON, report, YES)
        before = timezone.now()
        closing.reopen(viewer, WORDS, report)
        due = fresh(report).still_due
    assert due is not None
    assert due > before, "nobody is late with what was opened just now"
    assert (due <= timezone.now() + life.URGENT_WITHIN) == urgent


def test_each_view_goes_back_to_where_it_was_taken(desk: Organisation, people: list[Viewer]) -> None:
    report, (first, second, third) = make_report(desk), people
    assess(first, REASON, report, Judgement(True, ask=True, extent=Extent.WHOLE, files=1))
    with viewing(desk.id):
        undo(first, REASON, report)
        assert fresh(report).state == State.ARRIVED.value
        assess(first, REASON, report, Judgement(True, ask=True, extent=Extent.WHOLE, files=1))
        assess(second, REASON, report, NO)
        assert undoable(first, fresh(report)) is None, "another view followed"
        undo(second, REASON, report)
        assert fresh(report).state == State.SECOND_VIEW.value
        assess(second, REASON, report, NO)
        assess(third, REASON, report, YES)
        undo(third, REASON, report)
        assert fresh(report).state == State.DISPUTED.value
        assess(third, REASON, report, NO)
    assert fresh(report).state == State.CLOSED.value


def test_not_after_a_minute_and_not_by_another(desk: Organisation, people: list[Viewer]) -> None:
    report, (viewer, other, _) = make_report(desk), people
    assess(viewer, REASON, report, NO)
    with viewing(desk.id):
        with pytest.raises(Refusal):
            undo(other, REASON, report)
        aged(report)
        with pytest.raises(Refusal):
            undo(viewer, REASON, report)
    assert fresh(report).state == State.CLOSED.value


def test_what_left_the_house_is_not_undone_but_opened_again_and_stays_told(
    client: Client, desk: Organisation, people: list[Viewer]
) -> None:
    report, (viewer, *_) = make_report(desk), people
    assess(viewer, REASON, report, YES)
    with viewing(desk.id):
        place = notified(viewer, report)
        with pytest.raises(Refusal):
            undo(viewer, REASON, report)
        assert {one.what.value for one in left(report)} == {"police", "notice"}
        here = reverse("reports:reopen", args=[report.pk])
        opened(client, viewer.person, report)
        page = client.get(here).content.decode()
        assert "Notice to Host" in page
        assert f'<a href="{reverse("reports:location", args=[report.pk, place.pk])}">Take it back' in page
        answer = client.post(here, {"why": "assessment", "words": ""})
        assert answer.status_code == 422, "why is said in words"
        assert fresh(report).state == State.IN_ACTION.value
        client.post(here, {"why": "assessment", "words": "the wrong report was open"})
        assert fresh(report).state == State.ARRIVED.value
        assert Notice.everywhere.filter(location=place).count() == 1
        assert Location.everywhere.get(pk=place.pk).state == LocationState.NOTIFIED.value
        assess(people[1], REASON, report, NO)
        assert {one.what.value for one in left(report)} == {"police", "notice"}, "told is told"
    assert list(Assessment.everywhere.order_by("id").values_list("round", flat=True)) == [1, 2]


@pytest.mark.parametrize("state", sorted(State))
def test_from_every_state_that_a_conclusion_leads_to_there_is_a_way_back(
    desk: Organisation, people: list[Viewer], state: State
) -> None:
    report = make_report(desk)
    now = timezone.now() if state is State.CLOSED else None
    Report.everywhere.filter(pk=report.pk).update(state=state.value, closed_at=now)
    leads = {step.after for (_from, event), step in life.TRANSITIONS.items() if event.value.startswith("conclude")}
    leads |= {State.SECOND_VIEW, State.DISPUTED}
    with viewing(desk.id):
        if state in leads:
            with pytest.raises(StateRefusal) as refused:
                closing.reopen(people[0], REASON, report)
            assert refused.value.wants_words
            assert fresh(report).state == state.value
            assert closing.reopen(people[0], WORDS, report).state == State.ARRIVED.value
        else:
            with pytest.raises(StateRefusal):
                closing.reopen(people[0], WORDS, report)


def test_every_undoing_is_a_step_of_the_table() -> None:
    for place, event in UNDOES.items():
        targets = {step.after for (_from, what), step in life.TRANSITIONS.items() if what is event}
        assert targets == {{"first": State.ARRIVED, "second": State.SECOND_VIEW, "third": State.DISPUTED}[place.value]}


def test_the_page_offers_undo_and_takes_it(client: Client, desk: Organisation, people: list[Viewer]) -> None:
    report, (viewer, *_) = make_report(desk), people
    assess(viewer, REASON, report, NO)
    opened(client, viewer.person, report)
    here, act = reverse("reports:report", args=[report.pk]), reverse("reports:undo", args=[report.pk])
    assert f'action="{act}"' in client.get(here).content.decode()
    assert client.post(act)["Location"] == here
    aged(report)
    assert f'action="{act}"' not in client.get(here).content.decode()
    client.post(act)
    assert fresh(report).state == State.ARRIVED.value


@pytest.mark.once
def test_close_is_offered_and_said_only_where_it_can_be(
    client: Client, desk: Organisation, people: list[Viewer]
) -> None:
    report, (viewer, *_) = make_report(desk), people
    assess(viewer, REASON, report, YES)
    place = Location.everywhere.get(report=report)
    opened(client, viewer.person, report)
    here, finish = reverse("reports:report", args=[report.pk]), reverse("reports:finish", args=[report.pk])
    page = client.get(here).content.decode()
    assert f'href="{finish}"' not in page
    assert f'href="{reverse("reports:location", args=[report.pk, place.pk])}">Item 1: To be traced</a>' in page
    assert client.get(finish).status_code == 302
    Location.everywhere.filter(pk=place.pk).update(state=LocationState.STOPPED.value)
    assert f'href="{finish}"' in client.get(here).content.decode()
    assert "Everything is done" in client.get(finish).content.decode()


def test_a_refused_step_reads_danish_on_a_danish_page(client: Client, desk: Organisation, people: list[Viewer]) -> None:
    report, (viewer, *_) = make_report(desk), people
    opened(client, viewer.person, report)
    client.cookies["django_language"] = "da"
    answer = client.post(reverse("reports:reopen", args=[report.pk]), {"why": "assessment", "words": "fejl"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Anmeldelsen er nu ”" in page
    assert all(code not in page for code in ("a report that is", "cannot reopen"))
