"""A near finding asks for one look by a person before it is spared; until then it counts as new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.scans import labels
from vaern.node.scans.actions import ScanError, say_same
from vaern.node.scans.models import Finding, Scan
from vaern.node.scans.rules import ReviewOutcome, State

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
REASON = Reason(Why.ASSESSMENT)


def scan_of(organisation: object) -> Scan:
    """A scan with a known finding, two near ones and a new one."""
    from datetime import date

    scan: Scan = Scan.unscoped.create(
        organisation=organisation, reference="near", state=State.TO_REVIEW.value, review_date=date(2031, 1, 1)
    )
    hit = {"list": "Listen (synthetic)", "release": "2026-11", "class_given": "nordhavia n1"}
    for number, verdict in enumerate(("known", "near", "near", "new"), 1):
        kind = {"known": "sha256", "near": "pdq", "new": ""}[verdict]
        given = {**hit, "matched_kind": kind, "entry": "e", "distance": 12} if kind else {}
        Finding.unscoped.create(scan=scan, number=number, verdict=verdict, **given)
    return scan


def test_one_look_settles_a_near_finding_and_what_lists_say_stands_where_one_decides(client: Client) -> None:
    desk = make_organisation("hotline")
    person = make_person("analyst", desk)
    scan = scan_of(desk)
    sign_in(client, person)
    client.post(
        reverse("organisations:reason"),
        {"kind": "scan", "record": str(scan.pk), "next": "/", "reason-why": "assessment", "reason-words": ""},
    )
    here = reverse("scans:scan", args=[scan.pk])
    assert "is it the same?" in client.get(here).content.decode()
    client.post(reverse("scans:same", args=[scan.pk, 2]), {"same": "yes"})
    client.post(reverse("scans:same", args=[scan.pk, 3]), {"same": "no"})
    found = dict(Finding.unscoped.filter(scan=scan).values_list("number", "same"))
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
        with pytest.raises(ScanError):
            say_same(viewer, REASON, scan, number, same=False)
    sign_in(client, make_person("analyst", make_organisation("hotline")))
    assert client.post(reverse("scans:same", args=[scan.pk, 3]), {"same": "yes"}).status_code == 404


@pytest.mark.parametrize("known", [0, 1])
@pytest.mark.parametrize("outcome", ReviewOutcome)
def test_nothing_is_green_of_a_scan_with_a_known_finding(known: int, outcome: ReviewOutcome) -> None:
    scan = Scan(state=State.REVIEWED.value, outcome=outcome.value, known=known)
    tones = {labels.state(scan).tone, labels.outcome(scan).tone}
    assert ("good" in tones) == (known == 0)
