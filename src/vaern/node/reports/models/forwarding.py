"""A report's way to another organisation, and its outcome's way home."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.organisations.models import Organisation, Person, Release, among, choices
from vaern.node.organisations.scoping import Visible
from vaern.node.reports.models.report import Report
from vaern.node.reports.rules import Outcome


class Forward(models.Model):
    """One report forwarded to one organisation: released, and arrived there as a report of its own.

    Attributes:
        report: the sender's.
        arrived: the recipient's own report that came of it; None once that is erased.
        outcome, outcome_at: the coarse code that came home; "" while there is none.
        due_at: when the sender expects it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="forwards")
    arrived = models.OneToOneField(Report, on_delete=models.SET_NULL, null=True, related_name="forwarded_by")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=24, choices=choices(Outcome), default="")
    outcome_at = models.DateTimeField(null=True)

    objects = Visible()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints: ClassVar = [
            models.CheckConstraint(name="forward_outcome", condition=Q(outcome="") | among("outcome", Outcome)),
            models.CheckConstraint(name="forward_outcome_at", condition=Q(outcome="") | Q(outcome_at__isnull=False)),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-sent_at", "id"])]

    def __str__(self) -> str:
        return f"forward to {self.recipient}"
