"""On the pages: who will receive is shown before anything leaves, and only that leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.reports.factories import make_location
from tests.node.reports.forwarding.worlds import GROUND, WHY, OrganisationKind, arrive, desk, fresh, send

from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import Role
from vaern.node.reports.forwarding import actions
from vaern.node.reports.forwarding.presenters import offers, sheet_part
from vaern.node.reports.models import Block, Forward, Location, Report
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def a():
    return desk()


@pytest.fixture
def b():
    return desk(OrganisationKind.POLICE)


def given(*to, **fields):
    return {
        "recipients": [str(one.organisation.id) for one in to],
        "handling": "amber",
        "legal_ground": GROUND,
        "until": timezone.localdate().isoformat(),
        "why": "assessment",
        "words": "",
        **fields,
    }


def test_nothing_leaves_before_the_recipients_were_shown_nor_to_others_than_were_shown(client, a, b):
    report, other = arrive(a), desk()
    sign_in(client, a.person)
    page = reverse("reports:forward", args=[report.pk])
    assert client.get(page).status_code == 200
    shown = client.post(page, given(b))
    assert b.organisation.name in shown.content.decode()
    assert not Forward.everywhere.exists()
    proof = shown.context["shown"]
    again = client.post(page, given(other, shown=proof))
    assert again.status_code == 200
    assert other.organisation.name in again.content.decode()
    assert not Forward.everywhere.exists()
    assert client.post(page, given(b, shown=proof)).status_code == 302
    assert [one.recipient for one in Forward.everywhere.all()] == [b.organisation]


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
    recalls = client.get(reverse("casework:recalls"))
    assert fresh(one.arrived).code in recalls.content.decode()
    answer = reverse("casework:acknowledge-report", args=[one.release_id])
    assert fresh(one.arrived).code in client.get(answer).content.decode()
    assert client.post(answer, {"why": "assessment", "words": ""}).status_code == 422
    assert client.post(answer, {"copy": "erase", "why": "assessment", "words": ""}).status_code == 302
    assert not Report.everywhere.filter(pk=one.arrived.pk).exists()


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
    assert not Report.everywhere.filter(pk=report.pk).exists()


def test_the_home_page_says_what_waits(client, a, b):
    send(a, arrive(a), b)
    sign_in(client, b.person)
    assert "waits for the outcome." in client.get(reverse("home")).content.decode()


def test_a_part_of_the_reports_page_says_from_whom_it_came_and_that_an_outcome_is_due(client, a, b):

    (one,) = send(a, arrive(a), b)
    with viewing(b.organisation.id):
        part = sheet_part(b, fresh(one.arrived), None)
        assert part.context["waits"]
        actions.return_outcome(b, actions.Reason(actions.Why.ASSESSMENT), one.arrived, Outcome.NEEDS_MORE)
        assert not sheet_part(b, fresh(one.arrived), None).context["waits"]
        assert sheet_part(b, fresh(one.report), None) is None


def finishing(viewer, report, **columns):
    """What the page that closes a report says, "" where it is refused; and whether the report's page offers it."""
    Report.everywhere.filter(pk=report.pk).update(**columns)
    client = Client()
    sign_in(client, viewer.person)
    answer = client.get(reverse("reports:finish", args=[report.pk]))
    with viewing(viewer.organisation.id):
        close = [one for one in offers(viewer, fresh(report)) if one.url == reverse("reports:finish", args=[report.pk])]
        offered = any(not one.obstacle for one in close)
    if answer.status_code == 200:
        return answer.context["text"], offered
    assert answer["Location"] == reverse("reports:report", args=[report.pk])
    return "", offered


ACTING = {"state": State.IN_ACTION.value, "actionable": True}


def test_a_report_is_offered_to_be_closed_only_where_it_may_be(a, b):
    (one,) = send(a, arrive(a), b)
    got = one.arrived
    Location.everywhere.filter(report=got).delete()
    assert finishing(b, got) == ("", False), "nobody assessed it"
    assert finishing(b, got, **ACTING) == ("", False), "its sender waits"
    with viewing(b.organisation.id):
        actions.return_outcome(b, WHY, got, Outcome.IN_PROGRESS)
    assert finishing(b, got) == ("", False), "in progress is no answer"
    with viewing(b.organisation.id):
        actions.return_outcome(b, WHY, got, Outcome.OPENED)
    assert finishing(b, got)[1]
    make_location(got, state=LocationState.NOTIFIED)
    assert finishing(b, got) == ("", False), "it is still up"


@pytest.mark.once
def test_the_page_that_closes_a_report_says_only_what_is_true_of_it(a, b):
    plain = arrive(a)
    Location.everywhere.filter(report=plain).delete()
    bare = "Everything is done. It has no location."
    assert finishing(a, plain, **ACTING) == (bare, True)
    make_location(plain, state=LocationState.OFFLINE)
    down = "Everything is done. Each location is offline, blocked or no longer pursued."
    assert finishing(a, plain) == (down, True)
    (told,), (recalled,) = send(a, plain, b), send(a, plain, desk())
    Location.everywhere.exclude(report=plain).delete()
    with viewing(b.organisation.id):
        actions.return_outcome(b, WHY, told.arrived, Outcome.OPENED)
    assert finishing(b, told.arrived, **ACTING) == (f"{bare} Whoever forwarded it was told.", True)
    Report.everywhere.filter(pk=recalled.arrived_id).update(touched_at=timezone.now())
    with viewing(a.organisation.id):
        assert not actions.recall(a, WHY, recalled)
    other = viewer_for(make_person(Role.ANALYST, recalled.recipient))
    said = f"{bare} Whoever forwarded it recalled it, and waits for nothing."
    assert finishing(other, recalled.arrived, **ACTING) == (said, True)


def test_what_is_refused_is_said_beside_what_was_typed(client, a, b):
    """409 where somebody moved the report meanwhile, in the reader's language; 422 where what was asked does not do."""
    moved, (one,) = arrive(a), send(a, arrive(a, danger_now=True), b)
    sign_in(client, a.person)
    typed = {"why": "other", "words": "typed before it was refused"}
    late = client.post(reverse("reports:finish", args=[moved.pk]), typed)
    assert (late.status_code, "typed before it was refused" in late.content.decode()) == (409, True)
    assert "a report that is arrived" not in late.content.decode(), "a code is for developers"
    with viewing(a.organisation.id):
        actions.recall(a, WHY, one)
    copy = fresh(one.arrived)
    Block.everywhere.create(
        location=make_location(copy),
        organisation=b.organisation,
        token_digest=b"d" * 32,
        reason=b"r",
        made_at=timezone.now(),
        made_by=b.person,
        review_date=timezone.localdate() + timedelta(days=40),
    )
    sign_in(client, b.person)
    page = reverse("casework:acknowledge-report", args=[one.release_id])
    refused = client.post(page, {**typed, "copy": "erase"})
    assert (refused.status_code, "typed before it was refused" in refused.content.decode()) == (422, True)
    assert "lift the block first" in refused.content.decode()
    one.release.refresh_from_db()
    assert one.release.acknowledged_at is None
