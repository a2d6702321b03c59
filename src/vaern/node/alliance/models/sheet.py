"""What a spreadsheet said, until its sender confirms it or a day has passed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.alliance.models.rounds import RoundReply
from vaern.node.base.personal import Ends, Personal
from vaern.node.organisations.models import Person


class SheetProposal(models.Model):
    """A member's whole reply as a spreadsheet says it. The file itself is not kept.

    Attributes:
        person: who sent it, and alone sees it.
        revision: of the reply that the file was made from.
        contents, declared: as `reply_intake.take` takes them.
        ends_at: when it is thrown away.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        plain=(
            "contents",
            "declared",
        ),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reply = models.ForeignKey(RoundReply, on_delete=models.CASCADE, related_name="proposals")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    contents = models.JSONField()
    declared = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="sheet_proposal_once", fields=["reply", "person"]),
            models.CheckConstraint(name="sheet_proposal_ends", condition=Q(ends_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"spreadsheet for {self.reply_id}"
