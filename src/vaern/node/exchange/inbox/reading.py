"""Say by a receipt that a person opened what a message carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.exchange.inbox.keeping import say
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.rules.messages import Result

if TYPE_CHECKING:
    from uuid import UUID


def opened(about: UUID) -> None:
    """Say once of each message about something that a person opened it; part of the transaction of the look."""
    rows = Incoming.objects.filter(about=about, state=Kept.TAKEN_IN.value, read_at=None).order_by("id")
    for row in rows:
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])
        say(row, Result.READ)
