"""What people see of the scores: the weights, and every open report, whatever its score."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules.weights import weights_on
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


def test_saved_looking_is_counted_for_ones_own_organisation_alone():
    analyst = make_person(Role.ANALYST)
    own = make_report(analyst.organisation, urls=["https://a.example/", "https://b.example/"], items_seen=1)
    make_report(make_organisation(OrganisationKind.HOTLINE), items_seen=1, items_known=1)
    Item.everywhere.filter(report=own, number=1).update(seen_by="url")
    with viewing(analyst.organisation_id):
        saved = looking_saved(viewer_for(analyst))
    assert (saved.items, saved.seen, saved.known, saved.unseen, saved.percent) == (2, 1, 0, 1, 50)
