"""Every write of the front page: what somebody has seen, and which mail they want. None is casework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.organisations.account_actions import myself
from vaern.node.today.models import MailWish, Seen
from vaern.node.today.rules import SEEN_LASTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def see(viewer: Viewer, keys: Iterable[bytes]) -> int:
    """Remember that a person has seen some news; return how many of it they had not seen before."""
    person, now = myself(viewer), timezone.now()
    before = Seen.objects.filter(person=person).count()
    rows = [Seen(person=person, key=key, seen_at=now, ends_at=now + SEEN_LASTS) for key in sorted(set(keys))]
    Seen.objects.bulk_create(rows, ignore_conflicts=True)
    return Seen.objects.filter(person=person).count() - before


@transaction.atomic
def unsee(viewer: Viewer, keys: Iterable[bytes]) -> int:
    """Let some news be news to a person again; return how much of it they had seen."""
    return Seen.objects.filter(person=myself(viewer), key__in=list(keys)).delete()[0]


@transaction.atomic
def choose_mail(viewer: Viewer, *, daily: bool, urgent: bool) -> None:
    """Choose which mail one gets of what waits; without any, nothing is kept of it."""
    person = myself(viewer)
    if not (daily or urgent):
        MailWish.objects.filter(person=person).delete()
        return
    MailWish.objects.update_or_create(person=person, defaults={"daily": daily, "urgent": urgent})


def forget(person: UUID) -> int:
    """Erase what is kept of somebody whose account is erased; return how many rows."""
    gone = Seen.objects.filter(person=person).delete()[0]
    return gone + MailWish.objects.filter(person=person).delete()[0]


def erase_ended() -> int:
    """Erase what is remembered no longer; return how many rows."""
    return Seen.objects.filter(ends_at__lte=timezone.now()).delete()[0]
