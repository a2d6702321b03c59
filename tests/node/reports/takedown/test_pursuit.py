"""A pursuit does what its steps do alone, in one mail; a preview says the same and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.models import Host, Location, Notice
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.takedown import actions, notices, pursuit, queries
from vaern.node.reports.takedown.pursuit import NewHost, Pursuit
from vaern.node.reports.takedown.tracers import Traced
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

pytestmark = pytest.mark.django_db

WHY = Reason(Why.REMOVAL)
TRACED = Traced(country="", evidence="The registry names it (synthetic)")
ACT = Judgement(actionable=True, baseline=True, extent=Extent.WHOLE, files=3, severity=1)
URLS = [f"https://pictures.example/{n}" for n in range(3)]


@pytest.fixture
def analyst() -> Viewer:
    return viewer_for(make_person("analyst", make_organisation()))


def in_action(analyst: Viewer) -> Report:
    report = make_report(analyst.organisation, URLS)
    assess(analyst, WHY, report, ACT)
    report.refresh_from_db()
    return report


def a_host(analyst: Viewer, name: str = "Quillhost") -> Host:
    return Host.everywhere.create(
        organisation=analyst.organisation, kind="host", name=name, abuse="abuse@quillhost.example"
    )


def acts_of(report: Report) -> list[str]:
    return sorted(
        Entry.objects.filter(subject=report.pk, act__startswith="reports.")
        .exclude(verb="consultation")
        .values_list("act", flat=True)
    )


def test_it_is_the_same_as_each_step_alone_but_for_the_mails(analyst: Viewer) -> None:
    host, one, other = a_host(analyst), in_action(analyst), in_action(analyst)
    with viewing(analyst.organisation.pk):
        places = queries.waiting_for_notice(one)
        pursuit.pursue(analyst, WHY, places, Pursuit(TRACED, host, told=True))
        for place in queries.waiting_for_notice(other):
            actions.trace(analyst, WHY, place, TRACED, host=host)
            actions.tell_police(analyst, WHY, place)
            notices.notify(analyst, WHY, place)
    assert acts_of(one) == acts_of(other)
    for report in (one, other):
        rows = Location.everywhere.filter(report=report)
        assert {row.state for row in rows} == {LocationState.NOTIFIED.value}
        assert all(row.police_told_at and row.traced_at and row.host_id == host.pk for row in rows)
        assert Notice.everywhere.filter(location__report=report).count() == len(URLS)
    send_waiting()
    of_one = [sent for sent in mail.outbox if one.code in sent.subject]
    of_other = [sent for sent in mail.outbox if other.code in sent.subject]
    assert (len(of_one), len(of_other)) == (1, len(URLS))
    for n, url in enumerate(URLS, 1):
        assert f"{n}) {url}" in of_one[0].body
    assert of_one[0].body.count("/notice/") == len(URLS), "each place has its own way to the portal"


def test_a_preview_is_what_goes_out_and_does_nothing(analyst: Viewer) -> None:
    report, before = in_action(analyst), Entry.objects.count()
    given = Pursuit(TRACED, NewHost("Fernhost", "abuse@fernhost.example", "da"), told=True)
    with viewing(analyst.organisation.pk):
        places = queries.waiting_for_notice(report)
        (seen,) = pursuit.preview(analyst, WHY, places, given)
        assert (Entry.objects.count(), Notice.everywhere.count(), Host.everywhere.count()) == (before, 0, 0)
        assert send_waiting() == 0
        (sent,) = pursuit.pursue(analyst, WHY, places, given)
    assert seen.to == sent.to == "abuse@fernhost.example"
    assert seen.text[0] == sent.text[0]
    hidden = [line for line in seen.text[1].split("\n") if "/notice/" not in line]
    assert hidden == [line for line in sent.text[1].split("\n") if "/notice/" not in line]
    assert "Anmeldelse" in seen.text[0], "in the language of the host"
    host = Host.everywhere.get()
    assert (host.name, host.language, host.organisation_id) == ("Fernhost", "da", analyst.organisation.pk)


def test_if_one_place_cannot_be_pursued_none_is(analyst: Viewer) -> None:
    report, host = in_action(analyst), a_host(analyst)
    with viewing(analyst.organisation.pk):
        places = queries.waiting_for_notice(report)
        Location.everywhere.filter(pk=max(one.pk for one in places)).update(state=LocationState.OFFLINE.value)
        for act in (pursuit.pursue, pursuit.preview):
            with pytest.raises(Refusal):
                act(analyst, WHY, places, Pursuit(TRACED, host, told=True))
    assert not Notice.everywhere.exists()
    with pytest.raises(Refusal, match="at least one"), viewing(analyst.organisation.pk):
        pursuit.pursue(analyst, WHY, [], Pursuit(TRACED, host, told=True))


def test_what_says_something_else_goes_in_a_mail_of_its_own(analyst: Viewer) -> None:
    host, one, other = a_host(analyst), in_action(analyst), in_action(analyst)
    type(other).everywhere.filter(pk=other.pk).update(offence="enticement")
    with viewing(analyst.organisation.pk):
        pairs: list[Any] = []
        for report in (one, other):
            for place in queries.waiting_for_notice(report):
                actions.trace(analyst, WHY, place, TRACED, host=host)
                actions.tell_police(analyst, WHY, place)
                pairs.append(notices.write(analyst, WHY, place, named=True))
        from vaern.node.reports.takedown.mails import send_notices

        mails = send_notices(pairs)
    assert [len(one.context["places"]) for one in mails] == [len(URLS), len(URLS)]
    assert {one.context["reference"] for one in mails} == {one.code, other.code}


def test_the_page_asks_for_a_host_and_keeps_what_was_typed(analyst: Viewer) -> None:
    report, client = in_action(analyst), Client()
    assert analyst.person
    sign_in(client, analyst.person)
    page = reverse("reports:pursue", args=[report.pk])
    panel = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert f'action="{page}"' in panel
    places = [str(pk) for pk in Location.everywhere.values_list("pk", flat=True)]
    typed = {"places": places, "host": "new", "evidence": "typed at length"}
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert "Name the host." in answer.content.decode()
    assert "typed at length" in answer.content.decode()
    whole = {
        **typed,
        "name": "Fernhost",
        "abuse": "abuse@fernhost.example",
        "language": "en",
        "named": "on",
        "told": "on",
    }
    preview = client.post(page, whole).content.decode()
    assert "Nothing has been sent yet." in preview
    assert "abuse@fernhost.example" in preview
    assert not Notice.everywhere.exists()
    assert client.post(page, {**whole, "send": "1"})["Location"] == reverse("reports:report", args=[report.pk])
    assert Notice.everywhere.count() == len(URLS)
    tags = Entry.objects.filter(act="reports.location.notified").values_list("tags", flat=True)
    assert all("reason=default" in (one or "") for one in tags)
