"""Questions about countries that members ask a hub: computed when they come, passed on by a person.

The report is not here, and never comes: the hub knows how many signs point where, and says to which desks of its
directory a report can be forwarded. The asking desk forwards it, or does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.models import HeldMeeting, HeldQuestion, HeldRecord
from vaern.node.crosscheck.rules import desk as rules
from vaern.node.crosscheck.rules import hub
from vaern.node.crosscheck.rules.hub_messages import (
    COUNTRY_ANSWERED,
    ENROLLED,
    CountryAnswered,
    CountryAsked,
    Desk,
    Proposed,
)
from vaern.node.crosscheck.rules.weights import weights_on
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.rules.peers import CONFIRMED
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.exchange.base.kinds import Delivery

MOST_WAITING = 200
"""Questions of one member that wait for a person here."""

MOST_DESKS = 500
DESKS = [kind.value for kind in OrganisationKind if may_somebody(kind, Permission.REPORT_ASSESS)]
"""The kinds of organisation that work on reports."""


def take(delivery: Delivery) -> None:
    """Compute to which countries a member's record points, and let the answer wait for a person.

    Raises:
        Refusal: its sender is no member, has no such record here, or asks too much.
    """
    body: CountryAsked = delivery.body
    if ENROLLED not in delivery.peer.accepts:
        raise Refusal(hub.NO_SIDE)
    row = HeldRecord.objects.filter(member=delivery.peer, record=body.record).first()
    if row is None:
        raise Refusal(hub.UNKNOWN_RECORD)
    waiting = HeldQuestion.objects.filter(record__member=delivery.peer, answered_at=None)
    if waiting.count() >= MOST_WAITING or row.questions.filter(question=body.question).exists():
        raise Refusal(hub.QUOTA)
    weights = weights_on(timezone.localdate())
    signs = [rules.Sign(one.code, one.country) for one in body.signs for _ in range(min(one.count, 100))]
    found = rules.propose([*signs, *_signs(row)], weights)
    HeldQuestion.objects.create(
        record=row,
        question=body.question,
        weights=weights.version,
        proposals=[
            {"country": one.country, "points": one.points, "lines": [line._asdict() for line in one.lines]}
            for one in found
        ],
    )


def answer(question: HeldQuestion) -> None:
    """Send the answer that a person passed on, or that there is none."""
    member = question.record.member
    if member.state not in {one.value for one in CONFIRMED}:
        return
    proposals = [] if question.declined else msgspec.convert(question.proposals, list[Proposed])
    body = CountryAnswered(
        question=question.question,
        declined=question.declined,
        proposals=proposals,
        weights=question.weights,
        desks=_desks(one.country for one in proposals),
    )
    send_of_node(COUNTRY_ANSWERED, body, member, about=question.question)


def _signs(row: HeldRecord) -> list[rules.Sign]:
    """Return what the records say that met this one: their countries once each, and where their work points."""
    meetings = HeldMeeting.objects.filter(Q(one=row) | Q(other=row)).select_related("one", "other")
    others = [meeting.across_from(row) for meeting in meetings]
    held = {(other.member_id, other.country) for other in others if other.country}
    hints = [other.hint for other in others if other.hint]
    return [
        *(rules.Sign("held", country) for _member, country in sorted(held, key=str)),
        *(rules.Sign("hypothesis", hint) for hint in hints),
    ]


def _desks(countries: Iterable[str]) -> list[Desk]:
    """Return the desks of some countries that take reports, on whichever node they live."""
    rows = Organisation.all_nodes.filter(member__code__in=set(countries), kind__in=DESKS, active=True).exclude(node="")
    return [
        Desk(country=row.member.code, organisation=row.id, name=row.name[:200], node=row.node)
        for row in rows.select_related("member").order_by("name")[:MOST_DESKS]
        if row.member is not None
    ]
