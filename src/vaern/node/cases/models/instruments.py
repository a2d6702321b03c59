"""The table of instruments as the node holds it: every version of every row, and who verified which."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.ledger.triggers import NOT_CHANGED
from vaern.node.organisations.models import Organisation, Person


class InstrumentRow(models.Model):
    """One version of a treaty, an instrument, or that a country is bound. Never changed: a correction is the next.

    Attributes:
        table: `treaty`, `instrument` or `party`.
        key: names the row in all its versions: a code; of a party its country, treaty and the first day once known.
        country, treaty: of what it speaks; "" where that makes no sense.
        content: the row as `assistance.records` reads it.
        from_file: it came with the node; else a person recorded it.
        words: why it was corrected.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    country = models.CharField(max_length=2, default="")
    treaty = models.CharField(max_length=20)
    content = models.JSONField()
    from_file = models.BooleanField(default=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500, default="")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            models.UniqueConstraint(name="instrument_row_version", fields=["table", "key", "version"]),
            models.CheckConstraint(
                name="instrument_row_table", condition=models.Q(table__in=["treaty", "instrument", "party"])
            ),
            models.CheckConstraint(
                name="instrument_row_by_somebody",
                condition=models.Q(from_file=True) | models.Q(recorded_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.version}"


class Verification(models.Model):
    """A person compared one version of a row with a document, and found it right.

    Attributes:
        organisation: for whom they did.
        document: which: its number, and the day on which it was read.
    """

    id = models.BigAutoField(primary_key=True)
    row = models.ForeignKey(InstrumentRow, on_delete=models.PROTECT, related_name="verifications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [models.UniqueConstraint(name="verified_once", fields=["row", "person"])]

    def __str__(self) -> str:
        return f"verification of row {self.row_id}"
