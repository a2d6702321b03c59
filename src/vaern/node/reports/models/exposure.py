"""What people looked at, for their own welfare and for viewed flags. Never a measure of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.organisations.models import Organisation, Owned, Person

if TYPE_CHECKING:
    import uuid


class Exposure(Owned):
    """One declaration by a person of what they viewed, in their own licensed tool.

    Attributes:
        report: its id, not a foreign key, so that the row outlives the report and has its own retention.
        extent: nothing, part or whole; some: a part of several items together.
        files: how many; of several items together the first has them all.
        severity: how heavy, as the person says: 1 to 3.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"extent": (Whom.STAFF,)})

    if TYPE_CHECKING:
        person_id: uuid.UUID

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    report = models.UUIDField()
    item = models.BigIntegerField(null=True)
    extent = models.CharField(max_length=10)
    files = models.PositiveIntegerField(default=1)
    severity = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exposure_extent", condition=Q(extent__in=["nothing", "part", "some", "whole"])
            ),
            models.CheckConstraint(name="exposure_severity", condition=Q(severity__gte=1, severity__lte=3)),
            models.CheckConstraint(
                name="exposure_of_nothing_is_no_files",
                condition=Q(extent="nothing", files=0)
                | Q(extent="some")
                | Q(extent__in=["part", "whole"], files__gte=1),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["report"]),
            models.Index(name="exposure_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return self.extent


class Budget(Owned):
    """A person's limits: how much they want to view in a day, and whether they are pausing now.

    Attributes:
        daily: files a day after which they are warned.
        hard: files a day after which nothing unknown is put before them.
        not_now_until: nothing is put before them until then; no reason is asked or stored.
        interleave: number of heavy ones after which something else comes first.
    """

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT)

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    daily = models.PositiveIntegerField(default=60)
    hard = models.PositiveIntegerField(default=120)
    not_now_until = models.DateTimeField(null=True)
    interleave = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="budget_warns_first", condition=Q(daily__gte=1, hard__gte=F("daily"), interleave__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"budget of {self.person_id}"
