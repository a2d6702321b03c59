"""A report leaves as a document: the page says before what is not in it, the ledger says to whom, as what and why."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, sign_in, viewer_for

from vaern.arrivals import Account, Arrival, File, Location
from vaern.formats import cybertipline
from vaern.formats.document_parts import leaves
from vaern.formats.report_write import FORMS
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import KEY_SCOPES, STEP_UP, OrganisationKind, Permission, Role
from vaern.node.reports.arrival import actions
from vaern.node.reports.export import labels
from vaern.records import Signal

pytestmark = pytest.mark.django_db
INVESTIGATION = Reason(Why.INVESTIGATION)
FORM = {"to_whom": "Police of Norland (synthetic)", "why": "investigation", "words": ""}


@pytest.fixture
def analyst():
    return make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE))


@pytest.fixture
def report(analyst):
    arrival = Arrival(
        "api",
        offence="material",
        incident_at=timezone.now(),
        narrative="Words of the sender",
        locations=(Location("https://host.example/a"),),
        files=(
            File(
                (Signal("sha256", bytes(range(32))),),
                size=7,
                classification="A1",
                scheme="NCMEC",
                location=Location("https://host.example/b"),
            ),
        ),
        accounts=(Account("suspect", identifier="x1", emails=("a@b.example",)),),
    )
    with viewing(analyst.organisation.id):
        found, _ = actions.receive(viewer_for(analyst), INVESTIGATION, analyst.organisation, arrival, synthetic=True)
    return found


@pytest.fixture
def page(client, analyst, report):
    sign_in(client, analyst)
    session = client.session
    session["reasons"] = {f"report:{report.pk}": ["investigation", ""]}
    session.save()
    return reverse("reports:export", args=[report.pk])


def disclosures(report):
    return list(Entry.objects.filter(act="reports.report.exported", subject=report.pk))


@pytest.mark.once
@pytest.mark.parametrize("form", FORMS)
def test_the_page_says_what_is_left_out_and_then_gives_the_file(client, page, report, form):
    shown = client.get(f"{page}?form={form}")
    assert shown.status_code == 200, shown.content
    assert str(labels.words_of("files[].size")) in shown.content.decode() or form == "case"
    assert "Words of the sender" not in shown.content.decode()
    assert not disclosures(report)
    refused = client.post(f"{page}?form={form}", {**FORM, "to_whom": ""})
    assert refused.status_code == 422
    assert not disclosures(report)
    given = client.post(f"{page}?form={form}", FORM)
    assert given.status_code == 200
    assert given["Content-Disposition"].startswith(f'attachment; filename="vaern-report-{report.code}')
    assert given["Cache-Control"] == "no-store"
    assert b"host.example/" in given.content
    (entry,) = disclosures(report)
    assert (entry.verb, entry.why) == ("disclosure", "investigation")
    assert Note.objects.get(entry=entry).details == f"{form}: {FORM['to_whom']}"


def test_a_form_that_cannot_say_it_says_why_and_gives_nothing(client, page, report, analyst):
    with viewing(analyst.organisation.id):
        unclear, _ = actions.receive(
            viewer_for(analyst), INVESTIGATION, analyst.organisation, Arrival("api", narrative="No more is known")
        )
    analyst.language = "da"
    analyst.save()
    session = client.session
    session["reasons"] |= {f"report:{unclear.pk}": ["investigation", ""]}
    session.save()
    address = reverse("reports:export", args=[unclear.pk])
    shown = client.get(f"{address}?form=cybertipline")
    assert "<code>offence</code> er uklar" in shown.content.decode()
    assert client.post(f"{address}?form=cybertipline", FORM).status_code == 422
    assert not disclosures(unclear)


def test_xarf_says_one_address_and_lets_choose(client, page):
    assert "place=2" in client.get(f"{page}?form=xarf").content.decode()
    assert json.loads(client.post(f"{page}?form=xarf", FORM).content)["url"] == "https://host.example/b"
    assert client.post(f"{page}?form=xarf&place=2", FORM).status_code == 422  # of the second nobody said a class
    assert client.get(f"{page}?form=other").status_code == 404
    assert client.get(f"{page}?form=xarf&place=x").status_code == 404


def test_another_organisation_gets_nothing(client, report):
    other = make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE))
    sign_in(client, other)
    assert client.get(reverse("reports:export", args=[report.pk])).status_code == 404
    assert not disclosures(report)


def test_the_second_factor_is_asked_for_again(client, analyst, report):
    assert Permission.REPORT_EXPORT in STEP_UP & KEY_SCOPES
    sign_in(client, analyst, ago=3600)
    answer = client.post(reverse("reports:export", args=[report.pk]), FORM)
    assert answer.status_code == 302
    assert not disclosures(report)


def test_by_the_api_with_all_that_is_left_out(client, analyst, report):
    _, key = make_key(analyst, Permission.REPORT_EXPORT)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}

    def take(pk, **body):
        return client.post(f"/api/reports/{pk}/document", body, content_type="application/json", headers=headers)

    answer = take(report.pk, form="cybertipline", to_whom="A desk (synthetic)")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert set(found["left_out"]) == {"files[0].size"}
    (read,) = cybertipline.read(found["document"].encode(), now=timezone.now())
    assert read.arrival is not None
    assert "accounts[0].emails[0]" in set(leaves(read.arrival))
    assert len(disclosures(report)) == 1
    refused = take(report.pk, form="xarf", to_whom="A desk (synthetic)", place=9)
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (409, "locations")
    assert take(report.pk, form="cybertipline").status_code == 422
    assert len(disclosures(report)) == 1
