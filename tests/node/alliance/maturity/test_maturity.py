"""What countries declare of their capabilities: by themselves, dated, with a source, never changed, never ranked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.alliance.commitments.factories import REASON, make_secretariat
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.refusals import refused

from vaern.node.alliance.maturity import actions, queries
from vaern.node.alliance.models import Maturity, Membership
from vaern.node.alliance.rules import maturity
from vaern.node.alliance.rules.maturity import Phase
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from django.test import Client

days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@given(st.integers(0, 30), days, days, st.sampled_from(["", "  ", "Self-assessment of May"]))
def test_a_declaration_has_a_capability_a_day_and_a_source(number: int, on: date, today: date, source: str) -> None:
    may = 1 <= number <= 21 and date(2015, 1, 1) <= on <= today and bool(source.strip())
    assert (maturity.problem(number, on, today, source) == "") == may


@given(st.lists(st.tuples(st.integers(1, 3), days), max_size=12))
def test_the_latest_day_stands_and_of_one_day_the_last_word(said: list[tuple[int, date]]) -> None:
    rows = [(capability, on, number) for number, (capability, on) in enumerate(said)]
    expected = {}
    for capability, _on in said:
        own = [(on, number) for one, on, number in rows if one == capability]
        expected[capability] = max(own)[1]
    assert maturity.standing(reversed(rows)) == expected


def _rapporteur(member: Any) -> Any:
    return make_person(Role.RAPPORTEUR, make_organisation(OrganisationKind.MINISTRY, member=member))


def _joined(code: str) -> Any:
    said = {"joined": date(2020, 1, 1), "endorsed_by": "A minister (synthetic)", "office": "Justice", "document": "1"}
    return Membership.objects.create(member=make_member(code), **said).member


@pytest.mark.django_db
def test_a_country_declares_and_corrects_and_everything_stays() -> None:
    member, today = _joined("XA"), timezone.localdate()
    viewer = viewer_for(_rapporteur(member))
    first = actions.declare(viewer, REASON, 13, Phase.SECOND, today - timedelta(9), "Review of 2031")
    later = actions.declare(viewer, REASON, 13, Phase.THIRD, today, " Review of 2032 ")
    actions.declare(viewer, REASON, 13, Phase.MATURITY, today - timedelta(5), "A late paper of an earlier day")
    stands, earlier = queries.of_member(viewer, member.pk)
    assert stands == {13: later}
    assert later.source == "Review of 2032"
    assert [row.phase for row in earlier[13]] == [Phase.MATURITY, Phase.SECOND]
    entry = Entry.objects.filter(act="alliance.capability.declared").earliest("id")
    assert (entry.subject, entry.count) == (member.pk, 13)
    for change in (lambda: Maturity.objects.filter(pk=first.pk).update(phase=4), first.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_nobody_declares_for_another_country() -> None:
    _joined("XA")
    with pytest.raises(PermissionDenied):
        actions.declare(make_secretariat(), REASON, 1, Phase.BUILDING, timezone.localdate(), "x")
    stateless = viewer_for(make_person(Role.RAPPORTEUR, make_organisation(OrganisationKind.MINISTRY, member=None)))
    with refused(maturity.NO_COUNTRY):
        actions.declare(stateless, REASON, 1, Phase.BUILDING, timezone.localdate(), "x")


@pytest.mark.django_db
def test_pages_of_declared_capabilities(client: Client) -> None:
    member, other, today = _joined("XA"), _joined("XT"), timezone.localdate()
    sign_in(client, _rapporteur(member))
    at = reverse("alliance:maturity-declare", args=[13])
    given = {"phase": "2", "on": today.isoformat(), "source": "Self-assessment of May"}
    assert client.post(at, {**given, "on": (today + timedelta(2)).isoformat()}).status_code == 422
    assert not Maturity.objects.exists()
    assert client.post(at, {**given, "source": ""}).status_code == 422
    assert client.post(at, given).status_code == 302
    assert client.get(reverse("alliance:maturity-declare", args=[22])).status_code == 404
    page = client.get(reverse("alliance:maturity", args=[member.pk])).content.decode()
    assert "Self-assessment of May" in page
    assert at in page
    foreign = client.get(reverse("alliance:maturity", args=[other.pk])).content.decode()
    assert "/declare/" not in foreign
    assert "1 of 21" in client.get(reverse("alliance:progress-member", args=[member.pk])).content.decode()
    goal = client.get(reverse("alliance:progress-goal", args=["g3.1"])).content.decode()
    assert "Education programme" in goal  # a capability of the third target
    assert "Phase 2" in goal
    every = client.get(reverse("alliance:capabilities")).content.decode()
    assert "Phase 2: 1; not declared: 1" in every
    assert client.get(reverse("alliance:maturity", args=[make_member().pk])).status_code == 404
