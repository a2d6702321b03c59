"""How what went out ends: what a message said is erased once it is settled, or once nobody would take it in any more.

The row stays, with its kind, its digest and its receipt: that something was disclosed, and what became of it, is
account.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from vaern.node.exchange.models import Outgoing
from vaern.node.exchange.pieces import leaving

KEPT = timedelta(days=30)
"""How long a message is kept after it is settled, for a peer that lost what it had and asks once more."""


def erase() -> int:
    """Erase what messages said whose time is over; return how many."""
    over = timezone.now() - KEPT
    rows = Outgoing.objects.filter(Q(settled_at__lt=over) | Q(expires_at__lt=over)).exclude(sealed=b"")
    leaving.end(rows.filter(file__isnull=False).values_list("pk", flat=True))
    return rows.update(sealed=b"", because="")
