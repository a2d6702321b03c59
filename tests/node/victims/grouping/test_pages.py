"""The forms by which people say what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.scans.worlds import HEADER, rows
from tests.node.victims.grouping.signals import digest, look

from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import actions as scans
from vaern.node.victims.grouping import takes
from vaern.node.victims.models import Member, Merge, MergeProposal, Separation, Series, Take

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db
WHY = Reason(Why.VICTIM_IDENTIFICATION, "made up for a test")
REASON = {"why": "victim_identification", "words": "made up for a test"}


def opened(client: Client, kind: str, record: object, url: str) -> str:
    """Open a page that asks why."""
    given = {
        "kind": kind,
        "record": str(record),
        "next": url,
        "reason-why": "victim_identification",
        "reason-words": "x",
    }
    assert client.post(reverse("casework:reason"), given).status_code == 302
    return str(client.get(url).content.decode())


@pytest.mark.once
def test_the_life_of_what_belongs_together(client: Client) -> None:
    person = make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE))
    viewer = viewer_for(person)
    sign_in(client, person)

    def post(name: str, of: object, **given: object) -> HttpResponse:
        url = reverse(f"victims:{name}", args=[of])
        assert client.get(url).status_code == 200
        answer = client.post(url, {**REASON, **given})
        assert answer.status_code == 302, answer.content.decode()
        return answer

    one, other = (takes.add_by_hash(viewer, WHY, [look(1, *range(at))], synthetic=True).series for at in (0, 60))
    stale = client.post(reverse("victims:confirm-series", args=[one.pk]), {**REASON, "version": one.version - 1})
    assert stale.status_code == 409
    assert stale.context["version"] == str(Series.everywhere.get(pk=one.pk).version), "the second try saves it"
    post("confirm-series", one.pk, version=Series.everywhere.get(pk=one.pk).version)
    takes.add_by_hash(viewer, WHY, [look(1, *range(30))], synthetic=True)
    proposal = MergeProposal.everywhere.get()
    page = opened(client, "series", one.pk, reverse("victims:series", args=[one.pk]))
    assert other.code in page
    assert reverse("victims:refuse-merge", args=[proposal.pk]) in page
    assert one.code in client.get(reverse("victims:proposals")).content.decode()
    post("refuse-merge", proposal.pk)
    post("lift-separation", Separation.everywhere.get().pk)
    post("merge-series", one.pk, code=other.code.lower())
    merge = Merge.everywhere.get(kept=one, undone_at=None)
    post("undo-merge", merge.pk)
    assert Series.everywhere.get(pk=other.pk).members_total
    post("add-file", one.pk, hashes=f"{digest('a').value.hex()}\npdq {look(7).value.hex()}")
    bad = client.post(reverse("victims:add-file", args=[one.pk]), {**REASON, "hashes": "nonsense"})
    assert bad.status_code == 422
    last = Member.everywhere.order_by("pk").last()
    assert last is not None
    post("split-series", one.pk, numbers=f"#{last.pk}", version=Series.everywhere.get(pk=one.pk).version)
    post("unconfirm-series", one.pk)
    post("keep-apart", one.pk, code=Member.everywhere.get(pk=last.pk).series.code)
    bigger = Series.everywhere.filter(members_total__gt=1).first()
    if bigger is not None:
        file = Member.everywhere.filter(series=bigger).first()
        target = Series.everywhere.filter(members_total=1).exclude(pk=bigger.pk).first()
        post("move-file", file.pk, code=target.code)
    post("erase-series", one.pk)
    assert not Series.everywhere.filter(pk=one.pk).exists()
    wrong = client.post(reverse("victims:merge-series", args=[other.pk]), {**REASON, "code": "NOTHING"})
    assert wrong.status_code == 422


def test_a_scan_is_taken_from_its_page(client: Client) -> None:
    person = make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE))
    viewer = viewer_for(person)
    sign_in(client, person)
    scan, _ = scans.receive(viewer, WHY, "drive", HEADER, rows(12), finished=True)
    url = reverse("scans:scan", args=[scan.pk])
    assert reverse("victims:take-scan", args=[scan.pk]) in opened(client, "scan", scan.pk, url)
    answer = client.post(reverse("victims:take-scan", args=[scan.pk]), REASON)
    assert answer.status_code == 302
    take = Take.everywhere.get()
    assert client.get(answer.url).status_code == 200  # type: ignore[attr-defined]
    assert client.get(reverse("victims:take-progress", args=[take.pk])).status_code == 200


def test_what_the_state_of_a_series_refuses_keeps_what_was_typed_and_names_it(client: Client) -> None:
    person = make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE))
    viewer = viewer_for(person)
    sign_in(client, person)
    series = takes.add_by_hash(viewer, WHY, [look(1, *range(60))], synthetic=True).series
    url = reverse("victims:analyse", args=[series.pk])
    assert client.post(url, REASON).status_code == 302
    late = client.post(url, {**REASON, "words": "typed by a colleague"})
    text = late.content.decode()
    assert late.status_code == 409
    assert "typed by a colleague" in text
    assert series.code in str(late.context["subject"])
    assert [str(words) for words, _address in late.context["crumbs"]] == ["Series", series.code]
