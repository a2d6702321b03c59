"""What the demonstration tells of the alliance does not contradict itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.node.factories import make_member, make_organisation, make_person

from vaern.node.alliance.models import Commitment, Declared, Membership, MinisterialMeeting, Round
from vaern.node.alliance.rules import contents
from vaern.node.demo import commitments, meetings
from vaern.node.demo.alliance import BODIES, COUNTRIES, address
from vaern.node.demo.seed import Alliance
from vaern.node.demo.stories import at_once
from vaern.node.organisations.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def alliance() -> Alliance:
    made, members = Alliance(), {country.code: make_member(country.code) for country in COUNTRIES}
    for body in BODIES:
        if body.host == "secretariat" or body.host in commitments.FIGURES:
            role = Role.SECRETARIAT if body.host == "secretariat" else Role.RAPPORTEUR
            name = next(name for name, roles in body.people if role in roles)
            organisation = make_organisation(body.kind, member=members.get(body.country))
            made.people[address(name, body.host)] = make_person(role, organisation)
    at_once(commitments.do(made))
    at_once(meetings.do(made))
    return made


@pytest.mark.once
@pytest.mark.usefixtures("alliance")
def test_a_year_has_one_number_whoever_states_it() -> None:
    stated = 0
    for one in Commitment.objects.filter(current__isnull=False).select_related("current"):
        assert one.current
        target = contents.loaded(one.current.content).target
        if target.baseline and target.baseline.date:
            said = Declared.objects.filter(
                reply__member=one.member_id, indicator=target.indicator, period=str(target.baseline.date.year)
            )
            stated += said.count()
            assert {(row.value, row.source) for row in said} <= {(target.baseline.value, target.baseline.source)}
    assert stated == 3


@pytest.mark.usefixtures("alliance")
def test_rounds_follow_each_other_and_are_called_after_no_season() -> None:
    found = list(Round.objects.order_by("opens"))
    assert len(found) == 2
    for earlier, later in pairwise(found):
        assert earlier.closes <= later.opens
    assert not [one for one in found if {"spring", "summer", "autumn", "winter"} & set(one.name.lower().split())]


@pytest.mark.usefixtures("alliance")
def test_nothing_was_founded_after_its_members_joined() -> None:
    joined = min(Membership.objects.values_list("joined", flat=True))
    for one in MinisterialMeeting.objects.filter(first_day__gt=joined):
        assert "found" not in one.name["en"].lower()
        assert "Principles" not in str(list(one.papers.values_list("title", flat=True)))
