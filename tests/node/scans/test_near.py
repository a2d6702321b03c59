"""A near finding asks for one look by a person before it is spared; until then it counts as new."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.scans.worlds import finding, make_world

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.scans import labels
from vaern.node.scans.actions import say_same
from vaern.node.scans.models import Finding, Scan
from vaern.node.scans.results import row
from vaern.node.scans.rules import ReviewOutcome, State

pytestmark = pytest.mark.django_db
REASON = Reason(Why.ASSESSMENT)


def scan_of(organisation: object) -> Scan:
    """A scan with a known finding, two near ones and a new one."""
    from datetime import date

    scan: Scan = Scan.everywhere.create(
        organisation=organisation, reference="near", state=State.TO_REVIEW.value, review_date=date(2031, 1, 1)
    )
    hit = {"list": "Listen (synthetic)", "release": "2026-11", "class_given": "nordhavia n1"}
    for number, verdict in enumerate(("known", "near", "near", "new"), 1):
        kind = {"known": "sha256", "near": "pdq", "new": ""}[verdict]
        given = {**hit, "matched_kind": kind, "entry": "e", "distance": 12} if kind else {}
        Finding.everywhere.create(scan=scan, number=number, verdict=verdict, **given)
    return scan


def remembered(client: Client, scan: Scan) -> None:
    """Give the reason for which the scan is opened."""
    client.post(
        reverse("casework:reason"),
        {"kind": "scan", "record": str(scan.pk), "next": "/", "reason-why": "assessment", "reason-words": ""},
    )


def test_one_look_settles_a_near_finding_and_what_lists_say_stands_where_one_decides(client: Client) -> None:
    desk = make_organisation("hotline")
    person = make_person("analyst", desk)
    scan = scan_of(desk)
    sign_in(client, person)
    remembered(client, scan)
    here = reverse("scans:scan", args=[scan.pk])
    assert "is it the same?" in client.get(here).content.decode()
    client.post(reverse("scans:same", args=[scan.pk, 2]), {"same": "yes"})
    client.post(reverse("scans:same", args=[scan.pk, 3]), {"same": "no"})
    found = dict(Finding.everywhere.filter(scan=scan).values_list("number", "same"))
    assert found == {1: None, 2: True, 3: False, 4: None}
    page = client.get(here).content.decode()
    assert "is it the same?" not in page
    assert "the same, a person says" in page
    review = client.get(reverse("scans:review", args=[scan.pk])).content.decode()
    assert "nordhavia n1" in review
    assert Entry.objects.filter(act__startswith="scans.finding.").count() == 2


def test_only_what_waits_is_said_and_only_by_its_own_people(client: Client) -> None:
    desk = make_organisation("hotline")
    viewer, scan = viewer_for(make_person("analyst", desk)), scan_of(desk)
    say_same(viewer, REASON, scan, 2, same=True)
    for number in (1, 2, 4, 9):
        with pytest.raises(Refusal):
            say_same(viewer, REASON, scan, number, same=False)
    sign_in(client, make_person("analyst", make_organisation("hotline")))
    assert client.post(reverse("scans:same", args=[scan.pk, 3]), {"same": "yes"}).status_code == 404


@pytest.mark.parametrize(("known", "same"), [(0, 0), (1, 0), (0, 1)])
@pytest.mark.parametrize("outcome", ReviewOutcome)
def test_nothing_is_green_of_a_scan_with_a_known_finding(known: int, same: int, outcome: ReviewOutcome) -> None:
    scan = Scan(state=State.REVIEWED.value, outcome=outcome.value, known=known, same=same)
    tones = {labels.state(scan).tone, labels.outcome(scan).tone}
    assert ("good" in tones) == (known == same == 0)


@pytest.mark.once
@pytest.mark.parametrize("known", ["exactly", "by a look"])
def test_no_known_material_is_asked_once_more_where_findings_are_known_and_nothing_is_green(known: str) -> None:
    world = make_world()
    kinds = ["known", "near", "ignored"] if known == "exactly" else ["near", "near", "ignored"]
    scan = world.scan(found=[row(finding(n, kind), n) for n, kind in enumerate(kinds, 1)])
    say_same(world.viewer, REASON, scan, 2, same=True)
    if known == "by a look":
        say_same(world.viewer, REASON, scan, 1, same=False)
    count = 2 if known == "exactly" else 1
    world.release(scan, world.hotline)
    client = Client()
    sign_in(client, world.officer)
    decide, given = reverse("scans:review", args=[scan.pk]), {"outcome": "not_confirmed", "why": "investigation"}
    asked = client.post(decide, given)
    assert asked.status_code == 422
    assert asked.context["form"].errors["anyway"][0].startswith(f"{count} finding")
    scan.refresh_from_db()
    assert scan.outcome == ""
    assert client.post(decide, {**given, "anyway": "on"}).status_code == 302
    remembered(client, scan)
    for address in (reverse("scans:scans"), reverse("scans:scan", args=[scan.pk])):
        page = client.get(address).content.decode()
        assert "No known material" in page, address
        assert "chip good" not in page, address


def test_no_known_material_is_concluded_at_once_where_nothing_is_known() -> None:
    world = make_world()
    scan = world.scan(found=[row(finding(1, "near"), 1)])
    say_same(world.viewer, REASON, scan, 1, same=False)
    client = Client()
    sign_in(client, world.officer)
    given = {"outcome": "not_confirmed", "why": "investigation"}
    assert client.post(reverse("scans:review", args=[scan.pk]), given).status_code == 302
    assert "chip good" in client.get(reverse("scans:scans")).content.decode()
