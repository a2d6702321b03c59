"""On the pages: who will receive is shown before anything leaves, and only that leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.reports.forwarding.worlds import GROUND, OrganisationKind, arrive, desk, fresh, send

from vaern.node.organisations.scoping import viewing
from vaern.node.reports.forwarding import actions
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.outcomes import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def a():
    return desk()


@pytest.fixture
def b():
    return desk(OrganisationKind.POLICE)


def given(*to, **fields):
    return {
        "recipients": [str(one.organisation.id) for one in to], "handling": "amber", "legal_ground": GROUND,
        "until": timezone.localdate().isoformat(), "why": "assessment", "words": "", **fields,
    }  # fmt: skip


def test_nothing_leaves_before_the_recipients_were_shown_nor_to_others_than_were_shown(client, a, b):
    report, other = arrive(a), desk()
    sign_in(client, a.person)
    page = reverse("reports:forward", args=[report.pk])
    assert client.get(page).status_code == 200
    shown = client.post(page, given(b))
    assert b.organisation.name in shown.content.decode()
    assert not Forward.unscoped.exists()
    proof = shown.context["shown"]
    again = client.post(page, given(other, shown=proof))
    assert again.status_code == 200
    assert other.organisation.name in again.content.decode()
    assert not Forward.unscoped.exists()
    assert client.post(page, given(b, shown=proof)).status_code == 302
    assert [one.recipient for one in Forward.unscoped.all()] == [b.organisation]


def test_another_regime_asks_for_the_provision(client, a, b):
    report = arrive(a)
    sign_in(client, a.person)
    answer = client.post(reverse("reports:forward", args=[report.pk]), given(b, legal_ground=""))
    assert answer.status_code == 422
    assert "legal_ground" in answer.context["form"].errors


def test_the_outcome_goes_home_from_the_page(client, a, b):
    (one,) = send(a, arrive(a), b)
    sign_in(client, b.person)
    page = reverse("reports:outcome", args=[one.arrived.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"outcome": "victim_safeguarded", "why": "assessment", "words": ""}).status_code == 302
    one.refresh_from_db()
    assert one.outcome == Outcome.VICTIM_SAFEGUARDED
    sign_in(client, a.person)
    listed = client.get(reverse("reports:forwarded")).content.decode()
    assert "A child was safeguarded" in listed
    assert b.organisation.name in listed
    assert client.get(reverse("reports:sent")).status_code == 200
    assert client.get(reverse("reports:sent-report", args=[one.arrived.pk])).status_code == 200


def test_a_recall_is_explained_and_the_owner_of_begun_work_decides_on_the_page(client, a, b):
    (one,) = send(a, arrive(a, danger_now=True), b)
    sign_in(client, a.person)
    page = reverse("reports:recall-forward", args=[one.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"why": "other", "words": "the wrong country"}).status_code == 302
    sign_in(client, b.person)
    recalls = client.get(reverse("reports:recalls"))
    assert fresh(one.arrived).code in recalls.content.decode()
    answer = reverse("reports:acknowledge-recall", args=[one.release_id])
    assert fresh(one.arrived).code in client.get(answer).content.decode()
    assert client.post(answer, {"why": "assessment", "words": ""}).status_code == 422
    assert client.post(answer, {"copy": "erase", "why": "assessment", "words": ""}).status_code == 302
    assert not Report.unscoped.filter(pk=one.arrived.pk).exists()


def test_a_report_is_kept_and_erased_on_its_pages(client, a):
    report = arrive(a)
    sign_in(client, a.person)
    keep = reverse("reports:keep", args=[report.pk])
    assert client.get(keep).status_code == 200
    day = timezone.localdate() + timedelta(days=730)
    assert client.post(keep, {"until": day.isoformat(), "why": "assessment", "words": ""}).status_code == 302
    assert fresh(report).review_date == day
    page = reverse("reports:erase", args=[report.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"why": "data_subject", "words": ""}).status_code == 302
    assert not Report.unscoped.filter(pk=report.pk).exists()


def test_the_home_page_says_what_waits(client, a, b):
    send(a, arrive(a), b)
    sign_in(client, b.person)
    assert "Outcomes that others wait for" in client.get(reverse("home")).content.decode()


def test_a_part_of_the_reports_page_says_from_whom_it_came_and_that_an_outcome_is_due(client, a, b):
    from vaern.node.reports.forwarding.presenting import sheet_part

    (one,) = send(a, arrive(a), b)
    with viewing(b.organisation.id):
        part = sheet_part(b, fresh(one.arrived), None)
        assert part["context"]["waits"]
        actions.return_outcome(b, actions.Reason(actions.Why.ASSESSMENT), one.arrived, Outcome.NEEDS_MORE)
        assert not sheet_part(b, fresh(one.arrived), None)["context"]["waits"]
        assert sheet_part(b, fresh(one.report), None) is None
