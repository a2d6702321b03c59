"""What runs by the clock: counts, used codes and sessions go when they have ended, and so do dead invitations."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone

from vaern.node.base.jobs import by_clock
from vaern.node.organisations.models import CacheEntry, Invitation

KEPT = timedelta(days=30)
"""How long the name and address of somebody who never came are kept after their link ran out."""


@by_clock("organisations.tidy", "45 * * * *")
def tidy() -> int:
    """Delete what has ended."""
    return sum(tidy_now())


def tidy_now() -> tuple[int, int, int]:
    """Delete counts and codes, rows of sessions, and names of invitations that have ended; return how many of each."""
    now = timezone.now()
    entries = CacheEntry.objects.filter(expires__lt=now).delete()[0]
    old = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    sessions = UserSession.objects.filter(created_at__lt=old).delete()[0]
    dead = Invitation.everywhere.filter(accepted_at=None, expires_at__lt=now - KEPT).exclude(email="")
    return entries, sessions, dead.update(name="", email="", withdrawn_at=now)
