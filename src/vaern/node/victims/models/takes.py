"""The progress of taking a scan or report into series, so that an interrupted take can resume."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned, Person
from vaern.node.reports.models import Report
from vaern.node.scans.models import Scan


class Take(Owned):
    """One scan or report whose files become members.

    Attributes:
        why, words: the reason that the person gave; the words sealed (purpose `take`).
        total: how many files it has that may become members; done: how many were looked at.
        after: the number of the last of them.
        known: how many were put aside, because a list has them: nobody needs to look at those.
        joined, opened, merged: what became of the others; proposed: merges that wait for a person.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"words": (Whom.CHILD,)}, plain=("why",))

    if TYPE_CHECKING:
        scan_id: uuid.UUID | None
        report_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=40)
    words = SealedField("take", default=b"")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="take_of_one",
                condition=Q(scan__isnull=True, report__isnull=False) | Q(scan__isnull=False, report__isnull=True),
            ),
            models.UniqueConstraint(name="take_scan_once", fields=["scan"], condition=Q(ended_at=None)),
            models.UniqueConstraint(name="take_report_once", fields=["report"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"take {self.id}"
