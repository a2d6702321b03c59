"""What people see of the scores: the weights, and every open report, whatever its score."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules.scores import facts_of
from vaern.node.reports.rules.weights import weights_on
from vaern.node.reports.triage import actions
from vaern.node.reports.triage.actions import score
from vaern.node.reports.triage.presenters import lines
from vaern.node.reports.triage.queries import looking_saved

pytestmark = pytest.mark.django_db


def test_the_page_explains_every_line(client):
    analyst = make_person(Role.ANALYST)
    make_report(analyst.organisation)
    sign_in(client, analyst)
    page = client.get("/reports/triage/").content.decode()
    assert "The sender says that a child is in danger now" in page
    assert weights_on(timezone.localdate()).version in page


def test_a_score_can_be_made_anew_and_never_takes_urgency_back():
    report = make_report(make_organisation(OrganisationKind.HOTLINE), urgent=True)
    score(report)
    found = Report.everywhere.get(pk=report.pk)
    assert found.urgent
    assert found.priority == sum(line["points"] for line in found.priority_lines)
    assert found.completeness == sum(line["points"] for line in found.completeness_lines) > 0
    assert all(line["label"] for line in lines(found.priority_lines))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_weights_are_those_of_the_nodes_day(monkeypatch: pytest.MonkeyPatch, at: datetime, day: date) -> None:
    report = make_report(make_organisation(OrganisationKind.HOTLINE))
    asked = []
    monkeypatch.setattr(actions, "weights_on", lambda on: asked.append(on) or weights_on(on))
    actions.put_scores(report, facts_of(arrival_of(report), at, 0))
    assert asked == [day]


def test_saved_looking_is_counted_for_ones_own_organisation_alone():
    analyst = make_person(Role.ANALYST)
    own = make_report(analyst.organisation, urls=["https://a.example/", "https://b.example/"], items_seen=1)
    make_report(make_organisation(OrganisationKind.HOTLINE), items_seen=1, items_known=1)
    Item.everywhere.filter(report=own, number=1).update(seen_by="url")
    with viewing(analyst.organisation_id):
        saved = looking_saved(viewer_for(analyst))
    assert (saved.items, saved.seen, saved.known, saved.unseen, saved.percent) == (2, 1, 0, 1, 50)
