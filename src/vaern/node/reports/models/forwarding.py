"""A report's way to another organisation, and its outcome's way home."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.casework.models import Release
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.models.report import Report
from vaern.node.reports.rules.outcomes import ANSWERS, Outcome

ANSWERED = Q(outcome__in=sorted(code.value for code in ANSWERS)) | Q(safeguarded=True)
"""The condition under which a forward has come home."""


class Forward(Owned):
    """One report forwarded to one organisation: released, and arrived there as a report of its own.

    Attributes:
        report: the sender's.
        arrived: the recipient's own report that came of it; None once that is erased.
        came_by: the forward by which `report` had come to the sender; it leads home after both reports are erased.
        outcome, outcome_at: the last code that came home (`Told` has them all); "" while there is none.
        safeguarded: whether a victim was safeguarded, whatever came after.
        due_at: when the sender expects it.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="forwards")
    arrived = models.OneToOneField(Report, on_delete=models.SET_NULL, null=True, related_name="forwarded_by")
    came_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
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
    """One outcome code that was told to whoever sent a report, with its moment. Rows are added and never changed.

    Attributes:
        organisation: the desk that told it.
        forward, report: what it is about: a forward to that desk, or a report that came to it from an organisation by
            another way; one of the two.
        carried: it came to the desk from elsewhere; otherwise the desk said it itself.
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
