"""What came of a case, code by code. Append-only, except for when an outcome was passed on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.cases.models.case import Case
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.reports.rules.outcomes import Outcome


class Said(Owned):
    """One outcome code of a case.

    Attributes:
        said_by: who said it; None for the node, which carries what came back from where the case was handed over.
        carried: it came back from elsewhere.
        told_at, told: when it went home, and how many organisations learned of it; None while the case is silent.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="said")
    outcome = models.CharField(max_length=24, choices=choices(Outcome))
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    carried = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="said_outcome", condition=among("outcome", Outcome))]
        indexes: ClassVar = [
            models.Index(name="said_waits", fields=["organisation", "id"], condition=Q(told_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.outcome
