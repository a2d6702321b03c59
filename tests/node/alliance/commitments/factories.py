"""A member with its rapporteur, and a round that it is invited to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.alliance.models import Membership, Round, RoundReply
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer

REASON = Reason(Why.ADMINISTRATION)


class Country(NamedTuple):
    """A member, and its rapporteur as a viewer."""

    member: Member
    viewer: Viewer


def make_country(code: str = "") -> Country:
    """Make a member of the alliance with a ministry and a rapporteur."""
    member = make_member(code)
    Membership.objects.get_or_create(
        member=member,
        left=None,
        defaults={
            "joined": timezone.localdate() - timedelta(400),
            "endorsed_by": "A minister (synthetic)",
            "office": "Minister of Justice",
            "document": "Note 1",
        },
    )
    ministry = make_organisation(OrganisationKind.MINISTRY, member=member)
    return Country(member, viewer_for(make_person(Role.RAPPORTEUR, ministry)))


def make_secretariat() -> Viewer:
    """Make a secretariat officer."""
    return viewer_for(make_person(Role.SECRETARIAT))


def make_round(name: str = "Round", *members: Member, state: str = "open") -> Round:
    """Make a round that opened yesterday and closes in a month, with these members invited."""
    today = timezone.localdate()
    made = Round.objects.create(
        name=name,
        opens=today - timedelta(1),
        closes=today + timedelta(30),
        reminders=[14, 3],
        period="2026",
        state=state,
        frame_version="2012",
    )
    RoundReply.objects.bulk_create(RoundReply(round=made, member=member) for member in members)
    return made
