"""Entries that still have a note, for the erasing jobs. What people may see of the ledger is decided in `oversight`."""

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
    """Return the numbers of the entries whose notes can be erased, in ascending order.

    Args:
        touching: only those whose actor or subject is one of these ids.
        before: only those recorded before this moment.
    """
    notes = Note.objects.exclude(entry__act=ERASURE_ACT)
    if ids := list(touching):
        notes = notes.filter(Q(entry__person__in=ids) | Q(entry__subject__in=ids))
    if before is not None:
        notes = notes.filter(entry__at__lt=before)
    return list(notes.order_by("entry").values_list("entry", flat=True))
