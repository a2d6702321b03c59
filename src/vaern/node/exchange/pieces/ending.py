"""What is swept at night: bytes of files whose messages are over, and what a crash left behind."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from vaern.node.exchange.models import IncomingFile, OutgoingFile
from vaern.node.exchange.models.inbox import OPEN
from vaern.node.exchange.pieces import coming, leaving, store


def sweep() -> int:
    """Erase the bytes of files that nobody needs any more; return of how many."""
    over = Q(message__settled_at__isnull=False) | Q(message__expires_at__lt=timezone.now())
    leaving.end(OutgoingFile.objects.filter(over).exclude(key=b"").values_list("pk", flat=True))
    for file in IncomingFile.objects.exclude(message__state__in=sorted(OPEN)).select_related("message"):
        coming.end(file.message)
    swept = 0
    for way, rows in (
        (store.OUT, OutgoingFile.objects.exclude(key=b"")),
        (store.IN, IncomingFile.objects.all()),
    ):
        for row in store.strangers(way, set(rows.values_list("pk", flat=True))):
            store.remove(way, row)
            swept += 1
    return swept
