"""Every write to memberships: by the secretariat, in one transaction with its entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.alliance.membership import acts
from vaern.node.alliance.models import Backing, Membership
from vaern.node.alliance.rules import membership as rules
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.organisations.actions import allow, refuse_if
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def join(
    viewer: Viewer, reason: Reason, member: Member, *, joined: date, endorsed_by: str, office: str, document: str
) -> Membership:
    """Record that a country joined by endorsing the principles. The directory's date follows.

    Args:
        viewer: of the secretariat.
        reason: why it is recorded.
        member: the country.
        joined: the day of the endorsement.
        endorsed_by, office: who endorsed, and in which office.
        document: the reference of the document.

    Raises:
        Refusal: it is a member already, or not on that day.
    """
    allow(viewer, Permission.ALLIANCE_MANAGE)
    country = Member.objects.select_for_update().get(pk=member.pk)
    before = list(Membership.objects.filter(member=country).order_by("joined"))
    if any(one.left is None for one in before):
        raise Conflict(rules.MEMBER_ALREADY)
    last_left = max((one.left for one in before if one.left is not None), default=None)
    refuse_if(rules.problem_with_joining(joined, timezone.localdate(), last_left))
    made = Membership.objects.create(
        member=country, joined=joined, endorsed_by=endorsed_by, office=office, document=document
    )
    country.joined_date = joined
    country.save(update_fields=["joined_date"])
    record(acts.JOINED, made.subject, viewer.actor, reason)
    return made


@transaction.atomic
def leave(viewer: Viewer, reason: Reason, membership: Membership, *, left: date, why: str) -> Membership:
    """Record that a country left. What it published stays.

    Raises:
        Refusal: it is no member now, not on that day, or nobody says why.
    """
    current = _active(viewer, membership)
    refuse_if(rules.problem_with_leaving(current.joined, left, timezone.localdate(), why))
    current.left, current.left_why = left, why.strip()
    current.save(update_fields=["left", "left_why"])
    Member.objects.filter(pk=current.member_id).update(joined_date=None)
    record(acts.LEFT, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def back(
    viewer: Viewer,
    reason: Reason,
    membership: Membership,
    *,
    kind: rules.Backing,
    day: date,
    document: str,
    url: str = "",
) -> Backing:
    """Record political backing of a membership.

    Raises:
        Refusal: the country is no member now, the day lies ahead, or it is recorded already.
    """
    current = _active(viewer, membership)
    if day > timezone.localdate():
        raise Refusal(rules.AHEAD)
    if Backing.objects.filter(membership=current, kind=kind.value, date=day, document=document).exists():
        raise Conflict(rules.BACKED_ALREADY)
    made = Backing.objects.create(membership=current, kind=kind.value, date=day, document=document, url=url)
    record(acts.BACKED, current.subject, viewer.actor, reason)
    return made


def _active(viewer: Viewer, membership: Membership) -> Membership:
    allow(viewer, Permission.ALLIANCE_MANAGE)
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.left is not None:
        raise Conflict(rules.NOT_A_MEMBER)
    return current
