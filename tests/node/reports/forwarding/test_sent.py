"""A sender sees what became of its own reports, what made them usable, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from tests.node.factories import make_key, sign_in
from tests.node.reports.forwarding.worlds import WHY, OrganisationKind, arrive, desk, send

from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Permission
from vaern.node.reports.forwarding import actions, sent
from vaern.node.reports.models import Report
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotline():
    return desk()


@pytest.fixture
def platform():
    return desk(OrganisationKind.PLATFORM)


def ask(client, viewer, path):
    _key, header = make_key(viewer.person, Permission.REPORT_SENT)
    return client.get(f"/api/reports/sent{path}", headers={"Authorization": f"Bearer {header}"})


def test_its_own_reports_and_never_anothers(hotline, platform):
    other = desk(OrganisationKind.PLATFORM)
    mine = arrive(hotline, platform, reference="m-1")
    theirs = arrive(hotline, other, reference="o-1")
    arrive(hotline, None, url="https://public.example/x")
    arrive(platform, None, url="https://inside.example/x")
    with viewing(platform.organisation.id):
        found, _page = sent.sent(platform, {})
        assert [one.reference for one in found] == ["m-1"]
        assert sent.sent_report(platform, mine.pk) is not None
        assert sent.sent_report(platform, theirs.pk) is None
    assert Entry.objects.filter(act="reports.sent.consulted").count() == 1


def test_who_forwarded_sees_the_code_of_the_own_report_and_the_way_to_it(client, hotline):
    police = desk(OrganisationKind.POLICE)
    own = arrive(hotline, None)
    copy = send(hotline, own, police)[0].arrived
    sign_in(client, hotline.person)
    link = f'<a href="{reverse("reports:report", args=[own.pk])}">{own.code}</a>'
    for page, seen in ((reverse("reports:sent"), own.code), (reverse("reports:sent-report", args=[copy.pk]), link)):
        shown = client.get(page).content.decode()
        assert seen in shown
        assert copy.code not in shown
    with viewing(hotline.organisation.id):
        retention.erase(hotline, WHY, own)
    assert own.code not in client.get(reverse("reports:sent")).content.decode()


def test_what_is_missing_is_never_cut_in_silence(client, hotline, platform):
    arrive(hotline, platform, reference="m-1")
    with viewing(platform.organisation.id):
        missing = sent.sent(platform, {})[0][0].missing
    assert len(missing) > 3
    sign_in(client, platform.person)
    shown = client.get(reverse("reports:sent")).content.decode()
    assert escape("; ".join(label for _code, label in missing[:3])) in shown
    assert f"and {len(missing) - 3} more" in shown


def test_nothing_of_the_desks_goes_to_the_sender(client, hotline, platform):
    report = arrive(hotline, platform, reference="m-1", narrative="words")
    shown = []
    for state, fields in [
        (State.ARRIVED, {"claimed_by": hotline.person, "claimed_until": timezone.now()}),
        (State.SECOND_VIEW, {}),
        (State.DISPUTED, {}),
        (State.LEGAL_REVIEW, {}),
        (State.IN_ACTION, {}),
    ]:
        Report.everywhere.filter(pk=report.pk).update(state=state, **fields)
        shown.append(ask(client, platform, f"/{report.pk}").json())
    assert all(one == shown[0] for one in shown)
    text = json.dumps(shown[0])
    for secret in (report.code, str(hotline.person.pk), hotline.person.name, "disputed", "second_view", "priority"):
        assert secret not in text
    assert shown[0]["status"] == "being_worked_on"
    assert shown[0]["missing"]
    assert {line["code"] for line in shown[0]["lines"]} >= set(shown[0]["missing"])


def test_the_api_pages_and_hides_what_is_anothers(client, hotline, platform):
    for number in range(3):
        arrive(hotline, platform, reference=f"m-{number}", url=f"https://host.example/{number}")
    other = arrive(hotline, desk(OrganisationKind.PLATFORM))
    first = ask(client, platform, "?limit=2").json()
    second = ask(client, platform, f"?limit=2&after={first['next']}").json()
    assert [one["reference"] for one in first["items"] + second["items"]] == ["m-2", "m-1", "m-0"]
    assert second["next"] is None
    assert ask(client, platform, f"/{other.pk}").status_code == 404
    assert ask(client, platform, f"/{first['items'][0]['id']}").json() == first["items"][0]


def test_the_outcome_of_what_was_forwarded_is_there_for_whoever_forwarded(client, hotline):
    police = desk(OrganisationKind.POLICE)
    (one,) = send(hotline, arrive(hotline), police)
    assert ask(client, hotline, f"/{one.arrived.pk}").json()["outcome"] is None
    with viewing(police.organisation.id):
        actions.return_outcome(police, WHY, one.arrived, Outcome.VICTIM_SAFEGUARDED)
    assert ask(client, hotline, f"/{one.arrived.pk}").json()["outcome"] == "victim_safeguarded"


def test_the_summary_says_what_share_was_usable_and_what_was_missing(hotline, platform):
    old = timezone.now() - timedelta(days=40)
    for number, (completeness, lines) in enumerate(
        [(80, [("time", 15, 15)]), (20, [("time", 0, 15), ("hashes", 5, 10)]), (10, [("time", 0, 15)])]
    ):
        report = arrive(hotline, platform, url=f"https://host.example/{number}")
        Report.everywhere.filter(pk=report.pk).update(
            completeness=completeness,
            created_at=old,
            completeness_lines=[{"code": c, "label": c, "points": p, "of": of} for c, p, of in lines],
        )
    today = timezone.localdate()
    found = sent.summary(platform, today - timedelta(days=60), today)
    month = timezone.localtime(old).date().replace(day=1)
    assert (found.total, found.months) == (3, [(month, 3, 1)])
    assert found.shares == [(month, 33.3)]
    assert [(code, times) for code, _label, times in found.missing] == [("time", 2), ("hashes", 1)]
    assert sent.summary(desk(OrganisationKind.PLATFORM), today - timedelta(days=60), today).total == 0
