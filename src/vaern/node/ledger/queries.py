"""Which entries still have a note: what the jobs that erase ask. What people may see of the ledger is `oversight`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.ledger.models import Note
from vaern.node.ledger.rules import ERASURE_ACT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


def entries_with_notes(*, touching: Iterable[UUID] = (), before: datetime | None = None) -> list[int]:
    """Return the numbers of entries whose notes can be erased, in order.

    Args:
        touching: only those with one of these ids as the person who acted or as the subject.
        before: only those recorded before this moment.
    """
    notes = Note.objects.exclude(entry__act=ERASURE_ACT)
    if ids := list(touching):
        notes = notes.filter(Q(entry__person__in=ids) | Q(entry__subject__in=ids))
    if before is not None:
        notes = notes.filter(entry__at__lt=before)
    return list(notes.order_by("entry").values_list("entry", flat=True))
