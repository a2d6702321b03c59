"""How what came in ends: what a message said is erased after it was taken in or refused; what never was, is refused.

The row stays, with its kind and its digest: that something came, and what became of it, is account.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from vaern.node.exchange.inbox.taking import refuse
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.models.inbox import OPEN, Kept
from vaern.node.exchange.rules.entitlement import EXPIRED
from vaern.node.exchange.rules.pieces import COMING

KEPT = timedelta(days=30)
"""How long a message is kept after it was taken in: what came of it is a record of its own by then."""

LONGEST_OPEN = timedelta(days=400)
"""How long a message waits, or stands aside for people, before it is refused."""


LONGEST_FILE = timedelta(days=90)
"""How long a message waits after the last piece of its file came."""


def erase() -> int:
    """Refuse what waited too long, and erase what messages said that were taken in or refused; return how many."""
    now = timezone.now()
    for row in Incoming.objects.filter(state__in=sorted(OPEN), received_at__lt=now - LONGEST_OPEN):
        refuse(row, EXPIRED)
    stopped = Coalesce("file__came_at", "received_at")
    coming = Incoming.objects.filter(state=Kept.WAITS.value, because=COMING).annotate(last=stopped)
    for row in coming.filter(last__lt=now - LONGEST_FILE):
        refuse(row, EXPIRED)
    done = Incoming.objects.exclude(state__in=sorted(OPEN)).filter(done_at__lt=now - KEPT).exclude(sealed=b"")
    return done.update(sealed=b"", because="")
