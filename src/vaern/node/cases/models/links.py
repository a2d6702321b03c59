"""What a case came from and belongs to: reports, series, other cases. Many to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.cases.models.case import Case
from vaern.node.organisations.models import Owned, Person
from vaern.node.reports.models import Forward, Report
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    import uuid


class Link(Owned):
    """One report, series or other case that a case is linked with; one of the three.

    Attributes:
        report, forward: a report of the same desk, and the forward by which it had come: the outcome goes home by that
            after the report was erased. Both None once both are.
        first: the outcome that the report's sender is told first: `opened`, or `joined` where the case was there.
        first_told_at: when they were told it; None while the case is silent.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("first",))

    if TYPE_CHECKING:
        case_id: uuid.UUID
        report_id: uuid.UUID | None
        series_id: uuid.UUID | None
        other_id: uuid.UUID | None

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")
    forward = models.ForeignKey(Forward, on_delete=models.SET_NULL, null=True, related_name="+")
    first = models.CharField(max_length=24, default="")
    first_told_at = models.DateTimeField(null=True)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="+")
    linked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="link_report", fields=["case", "report"], condition=Q(report__isnull=False)),
            models.UniqueConstraint(name="link_series", fields=["case", "series"], condition=Q(series__isnull=False)),
            models.UniqueConstraint(name="link_other", fields=["case", "other"], condition=Q(other__isnull=False)),
            models.CheckConstraint(name="link_not_itself", condition=Q(other__isnull=True) | ~Q(other=F("case"))),
            models.CheckConstraint(
                name="link_of_one_kind",
                condition=Q(first="", report__isnull=True, forward__isnull=True, series__isnull=False, other=None)
                | Q(first="", report__isnull=True, forward__isnull=True, series=None, other__isnull=False)
                | (~Q(first="") & Q(series__isnull=True, other__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
