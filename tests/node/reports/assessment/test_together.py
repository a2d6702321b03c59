"""Several alike reports are concluded as each would be alone; what differs is left out, and one refusal stops all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment import actions, together
from vaern.node.reports.assessment.actions import Judgement
from vaern.node.reports.models import Assessment, Exposure, Item, Location, Report
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db

REASON = Reason(Why.ASSESSMENT)
ACT = Judgement(actionable=True, baseline=True, extent=Extent.WHOLE, files=1, severity=1)
PART = Judgement(actionable=True, baseline=True, extent=Extent.PART, files=1, severity=2)
NO = Judgement(actionable=False, baseline=False, extent=Extent.WHOLE, files=1, severity=1)


@pytest.fixture
def desk() -> Organisation:
    return make_organisation()


@pytest.fixture
def analyst(desk: Organisation) -> Viewer:
    return viewer_for(make_person("analyst", desk))


def some(desk: Organisation, sizes: tuple[int, ...] = (1, 3, 2), **fields: Any) -> list[Report]:
    """Make reports of so many places each."""
    return [
        make_report(desk, [f"https://host.example/{k}/{n}" for n in range(size)], **fields)
        for k, size in enumerate(sizes)
    ]


def state_of(reports: list[Report]) -> list[Any]:
    """What there is of each report: its state, its views, what was declared, its places and its entries."""
    found = []
    for report in reports:
        report.refresh_from_db()
        views = Assessment.everywhere.filter(report=report).order_by("id")
        looked = Exposure.everywhere.filter(report=report.pk).order_by("id")
        acts = (
            Entry.objects.filter(subject=report.pk, act__startswith="reports.")
            .exclude(verb="consultation")
            .order_by("id")
        )
        found.append(
            (
                report.state,
                report.actionable,
                report.claimed_by_id is not None,
                [(row.item_id, row.round, row.place, row.baseline, row.actionable, row.final) for row in views],
                [(row.extent, row.files, row.severity) for row in looked],
                Location.everywhere.filter(report=report).count(),
                [entry.act for entry in acts if entry.verb != "consultation"],
            )
        )
    return found


@pytest.mark.once
@pytest.mark.parametrize("given", [ACT, PART, NO], ids=["act", "part", "nothing"])
def test_together_is_the_same_as_each_alone(desk: Organisation, analyst: Viewer, given: Judgement) -> None:
    at_once, alone = some(desk), some(desk)
    with viewing(desk.pk):
        lines = together.chosen(analyst, REASON, [report.code for report in at_once])
        together.conclude(analyst, REASON, lines, given)
        for report in alone:
            files = report.items_total if given.extent is Extent.WHOLE else 1
            actions.assess(analyst, REASON, report, Judgement(**{**vars(given), "files": files}))
    assert state_of(at_once) == state_of(alone)
    assert {report.state for report in at_once} == {State.IN_ACTION.value if given.actionable else State.CLOSED.value}


def test_each_that_is_shown_is_recorded_and_what_is_left_out_is_not(desk: Organisation, analyst: Viewer) -> None:
    (one, two), (urgent,) = some(desk, (1, 1)), some(desk, (1,), urgent=True)
    with viewing(desk.pk):
        lines = together.chosen(analyst, REASON, [one.code, two.code, urgent.code, "ABCD2345"])
    assert {line.report.pk: bool(line.obstacle) for line in lines} == {one.pk: False, two.pk: False, urgent.pk: True}
    read = Entry.objects.filter(act="reports.assessment.consulted").values_list("subject", flat=True)
    assert sorted(read) == sorted([one.pk, two.pk])


DIFFERS: dict[str, dict[str, Any]] = {
    "another kind": {"offence": "enticement"},
    "another document": {"document": "xarf"},
    "closed": {"state": "closed", "closed_at": timezone.now()},
    "urgent": {"urgent": True},
}


@pytest.mark.parametrize("how", [*DIFFERS, "another sender", "claimed", "known", "mixed", "near", "begun"])
def test_what_is_not_alike_is_left_out_with_the_reason(desk: Organisation, analyst: Viewer, how: str) -> None:
    first = make_report(desk, code="AAAAAAAA")
    fields = DIFFERS.get(how, {})
    if how == "another sender":
        fields = {"sender": make_organisation("platform")}
    if how == "claimed":
        fields = {"claimed_by": make_person("analyst", desk), "claimed_until": timezone.now() + timedelta(hours=1)}
    other = make_report(desk, ["https://a.example/", "https://b.example/"], code="BBBBBBBB", **fields)
    items = Item.everywhere.filter(report=other)
    if how == "known":
        items.update(known_list="Invented", known_release="1", known_entry="e", known_kind="sha256")
    if how == "mixed":
        items.filter(number=1).update(known_list="Invented", known_release="1", known_entry="e", known_kind="sha256")
    if how == "near":
        items.filter(number=1).update(known_list="Invented", known_release="1", known_entry="e", known_kind="pdq")
    if how == "begun":
        with viewing(desk.pk):
            actions.assess(analyst, REASON, other, Judgement(**{**vars(ACT), "items": (1,)}))
    with viewing(desk.pk):
        lines = together.chosen(analyst, REASON, [first.code, other.code])
    assert [bool(line.obstacle) for line in lines] == [False, True]


def test_if_one_cannot_be_concluded_none_is(desk: Organisation, analyst: Viewer) -> None:
    reports = some(desk, (1, 1))
    with viewing(desk.pk):
        lines = together.chosen(analyst, REASON, [report.code for report in reports])
        Report.everywhere.filter(pk=reports[1].pk).update(
            claimed_by=make_person("analyst", desk), claimed_until=timezone.now() + timedelta(hours=1)
        )
        with pytest.raises(ValueError, match=reports[1].code):
            together.conclude(analyst, REASON, lines, ACT)
    assert not Assessment.everywhere.exists()


def test_the_page_leads_from_the_list_to_what_came_of_it(desk: Organisation, analyst: Viewer) -> None:
    reports, client = some(desk, (1, 1)), Client()
    assert analyst.person
    sign_in(client, analyst.person)
    chosen = {"do": "conclude", "report": [str(report.pk) for report in reports]}
    page = client.post(reverse("reports:bulk"), chosen)["Location"]
    shown = client.get(page).content.decode()
    assert all(report.code in shown for report in reports)
    answers = {"baseline": "yes", "actionable": "yes", "extent": "whole", "severity": "1"}
    assert client.post(page, {**answers, "severity": ""}).status_code == 422
    answer = client.post(page, answers, follow=True)
    assert "2 reports are concluded. 2 are acted on now." in answer.content.decode()
    assert set(Report.everywhere.values_list("state", flat=True)) == {State.IN_ACTION.value}
    gone = client.get(page, follow=True)
    assert "None of the chosen reports can be concluded together" in gone.content.decode()
    late = client.post(page, answers)
    assert late.status_code == 422
    assert "None of the chosen reports can be concluded together" in late.content.decode()
    assert client.post(reverse("reports:together")).status_code == 422
