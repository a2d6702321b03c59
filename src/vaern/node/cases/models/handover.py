"""A case on its way to another organisation: what was sent, what was answered, what came of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal
from vaern.node.cases.models.case import Case
from vaern.node.cases.rules.handovers import Answer, DropReason
from vaern.node.casework.models import Release
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

if TYPE_CHECKING:
    from vaern.node.casework.releases.elsewhere import Progress
    from vaern.node.exchange.pieces.queries import Passing


class Handover(Owned):
    """One case handed over to one organisation: released, and arrived there as a case of its own.

    Between two nodes each has the row, with the case that is its own; the release is the same on both.

    Attributes:
        case: the sender's; None on the receiver's node, and once it is erased.
        arrived: the recipient's own case; None on the sender's node where that is another, and once it is erased.
        sent_by: None of what came from another node.
        answer, answered_at: "" while nobody there has answered.
        dropped_for: why it was dropped, as a coarse code.
        outcome, outcome_at: the last outcome that came back; "" while there is none.
        safeguarded: whether a victim was safeguarded, whatever came after.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("outcome",),
        because="codes and days of what became of it; who sent it is an id, whose row is emptied with the account",
    )

    if TYPE_CHECKING:
        case_id: uuid.UUID | None
        arrived_id: uuid.UUID | None
        release_id: uuid.UUID

    progress: Progress | None = None
    """How far it has come to another node, where a query asked for it."""
    bag: Passing | None = None
    """How far its evidence bag has come, likewise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="handovers")
    arrived = models.OneToOneField(Case, on_delete=models.SET_NULL, null=True, related_name="came_by")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=choices(Answer), default="")
    answered_at = models.DateTimeField(null=True)
    dropped_for = models.CharField(max_length=20, choices=choices(DropReason), default="")
    outcome = models.CharField(max_length=24, default="")
    outcome_at = models.DateTimeField(null=True)
    safeguarded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="handover_once", fields=["case"], condition=Q(answer__in=["", Answer.ACCEPTED.value])
            ),
            models.CheckConstraint(
                name="handover_answered", condition=Q(answer="", answered_at__isnull=True) | among("answer", Answer)
            ),
            models.CheckConstraint(
                name="handover_drop_has_a_reason",
                condition=(Q(answer=Answer.DROPPED.value) & among("dropped_for", DropReason))
                | (~Q(answer=Answer.DROPPED.value) & Q(dropped_for="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-sent_at", "id"])]

    def __str__(self) -> str:
        return f"hand-over to {self.recipient}"
