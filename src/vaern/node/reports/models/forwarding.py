"""Forwards of reports to other organisations, and the outcomes returned."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.casework.models import Release
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.models.report import Report
from vaern.node.reports.rules.outcomes import ANSWERS, Outcome

if TYPE_CHECKING:
    from vaern.node.casework.releases.elsewhere import Progress

ANSWERED = Q(outcome__in=sorted(code.value for code in ANSWERS)) | Q(safeguarded=True)
"""The condition under which a forward has come home."""


class Forward(Owned):
    """One report forwarded to one organisation: released, and arrived there as a report of its own.

    Attributes:
        report: the sender's; None once that is erased, and where it is on another node.
        arrived: the recipient's own report created by it; None once that is erased, and where it is on another node.
        sent_by: who forwarded it; None of one that came from another node.
        came_by: the forward by which `report` had come to the sender; it links the chain even after both are erased.
        outcome, outcome_at: the last returned code (`Told` has them all); "" while there is none.
        safeguarded: whether a victim was safeguarded, whatever came after.
        due_at: when the sender expects the outcome.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE)

    progress: Progress | None = None
    """How far it has come on its way to another node, where a query asked (`forwarding.queries.with_progress`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="forwards")
    arrived = models.OneToOneField(Report, on_delete=models.SET_NULL, null=True, related_name="forwarded_by")
    came_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=24, choices=choices(Outcome), default="")
    outcome_at = models.DateTimeField(null=True)
    safeguarded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="forward_outcome", condition=Q(outcome="") | among("outcome", Outcome)),
            models.CheckConstraint(name="forward_outcome_at", condition=Q(outcome="") | Q(outcome_at__isnull=False)),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-sent_at", "id"])]

    def __str__(self) -> str:
        return f"forward to {self.recipient}"


class Told(Owned):
    """One outcome code told to the sender of a report, with its moment. Append-only.

    Attributes:
        organisation: the desk that told it.
        forward, report: its object: a forward to that desk, or a report that an organisation sent there by another
            way; exactly one.
        carried: the desk passed it on from elsewhere; otherwise it is the desk's own.
    """

    forward = models.ForeignKey(Forward, on_delete=models.CASCADE, null=True, related_name="told")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="told")
    outcome = models.CharField(max_length=24, choices=choices(Outcome))
    carried = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="told_outcome", condition=among("outcome", Outcome)),
            models.CheckConstraint(
                name="told_of_one_thing",
                condition=Q(forward__isnull=True, report__isnull=False) | Q(forward__isnull=False, report__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
