"""Who belongs to the alliance: joining, backing, leaving, and who may record it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.alliance.commitments.factories import REASON, make_secretariat
from tests.node.factories import make_member, make_person, sign_in, viewer_for
from tests.node.refusals import refused

from vaern.node.alliance.membership import actions, queries
from vaern.node.alliance.models import Membership
from vaern.node.alliance.rules import membership
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

ENDORSED = {"endorsed_by": "A minister (synthetic)", "office": "Minister of Justice", "document": "Note 1"}
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(days, days, st.none() | days)
def test_nobody_joins_before_leaving_or_in_the_future(joined: date, today: date, last_left: date | None) -> None:
    may = joined <= today and (last_left is None or joined >= last_left)
    assert (membership.problem_with_joining(joined, today, last_left) == "") == may


@given(days, days, days, st.sampled_from(["", "  ", "A vote of parliament"]))
def test_leaving_comes_after_joining_and_says_why(joined: date, left: date, today: date, why: str) -> None:
    may = joined <= left <= today and bool(why.strip())
    assert (membership.problem_with_leaving(joined, left, today, why) == "") == may


@pytest.mark.django_db
def test_a_country_joins_is_backed_leaves_and_joins_again() -> None:
    secretariat, member, today = make_secretariat(), make_member(), timezone.localdate()
    first = actions.join(secretariat, REASON, member, joined=today - timedelta(30), **ENDORSED)
    member.refresh_from_db()
    assert member.joined_date == first.joined
    with refused(membership.MEMBER_ALREADY):
        actions.join(secretariat, REASON, member, joined=today, **ENDORSED)
    backing: Any = {"kind": membership.Backing.MINISTERIAL_ENDORSEMENT, "day": today, "document": "Letter 2"}
    actions.back(secretariat, REASON, first, **backing)
    with refused(membership.BACKED_ALREADY):
        actions.back(secretariat, REASON, first, **backing)
    actions.leave(secretariat, REASON, first, left=today - timedelta(3), why="A vote of parliament")
    assert queries.active(member.pk) is None
    member.refresh_from_db()
    assert member.joined_date is None
    for again in (
        lambda: actions.back(secretariat, REASON, first, **backing),
        lambda: actions.leave(secretariat, REASON, first, left=today, why="Twice"),
    ):
        with refused(membership.NOT_A_MEMBER):
            again()
    second = actions.join(secretariat, REASON, member, joined=today - timedelta(1), **ENDORSED)
    assert queries.active(member.pk) == second
    assert queries.of_country(secretariat, member.pk) == [second, first]
    acts = Entry.objects.filter(kind="member", subject=member.pk).order_by("id").values_list("act", flat=True)
    said = ["joined", "backed", "left", "joined"]
    assert [act for act in acts if act.startswith("alliance.")] == [f"alliance.member.{word}" for word in said]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.RAPPORTEUR, Role.ADMINISTRATOR, Role.PRESS])
def test_only_the_secretariat_records_it(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        actions.join(viewer_for(make_person(role)), REASON, make_member(), joined=timezone.localdate(), **ENDORSED)
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_the_pages_show_it_and_say_what_is_history(client: Client) -> None:
    officer = make_person(Role.SECRETARIAT)
    sign_in(client, officer)
    member = make_member()
    form = {"member": str(member.pk), "joined": str(timezone.localdate()), **ENDORSED}
    assert client.post(reverse("alliance:join"), form).status_code == 302
    later = {**form, "member": str(make_member().pk), "joined": str(timezone.localdate() + timedelta(1))}
    refused = client.post(reverse("alliance:join"), later).content.decode()
    assert "That day lies ahead" in refused
    address = reverse("alliance:member", args=[member.pk])
    backing = {"kind": "other", "day": str(timezone.localdate()), "document": "Paper 7", "url": ""}
    assert client.post(reverse("alliance:back", args=[member.pk]), backing).status_code == 302
    assert "Paper 7" in client.get(address).content.decode()
    left = {"left": str(timezone.localdate()), "why": "A vote of parliament"}
    assert client.post(reverse("alliance:leave", args=[member.pk]), left).status_code == 302
    listed = client.get(reverse("alliance:members")).content.decode()
    assert "A vote of parliament" in listed
    assert "Denmark" not in listed  # a founding member of the real alliance is none of this node's
    told = client.get(reverse("alliance:history")).content.decode()
    assert "Denmark" in told
    assert "nothing to do with" in told


@pytest.mark.django_db
def test_every_item_of_the_frame_says_what_it_rests_on(client: Client) -> None:
    sign_in(client, make_person(Role.RAPPORTEUR))
    shown = client.get(reverse("alliance:frame")).content.decode()
    assert shown.count("Read in the original") == 1 + 4 + 2  # the declaration, four targets, two goals
    assert shown.count("Wording from memory") == 5 + 4  # five goals, and the menu of each target
    assert "Recalled" not in shown  # that is a withdrawal (GLOSSARY), and no goal was withdrawn
    assert "Read in a copy by others" in client.get(reverse("alliance:capabilities")).content.decode()
