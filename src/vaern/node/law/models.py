"""Rows of law as the node holds them: every version of every row, and who compared which with its source."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.ledger.triggers import NOT_CHANGED
from vaern.node.organisations.models import Organisation, Person


class LawRow(models.Model):
    """One version of a row: a treaty, that a country is bound, a legal ground. Never changed: a correction is the next.

    Attributes:
        table: code of its `registers.LawTable`.
        key: names the row in all its versions.
        country, about: of what it speaks (of a party, its treaty); "" where that makes no sense.
        content: the row as its table reads it.
        withdrawn: from this version on the row says nothing any more.
        from_file: it came with the node or from its own folder; else a person recorded it.
        words: why it was corrected.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "table",
            "key",
            "country",
            "about",
            "content",
            "words",
        ),
        because=(
            "what held on a day is known years later; who recorded it is an id, whose row is emptied with the account"
        ),
    )

    table = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    country = models.CharField(max_length=2, default="")
    about = models.CharField(max_length=40, default="")
    content = models.JSONField()
    withdrawn = models.BooleanField(default=False)
    from_file = models.BooleanField(default=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500, default="")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            models.UniqueConstraint(name="law_row_version", fields=["table", "key", "version"]),
            models.CheckConstraint(
                name="law_row_by_somebody",
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

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("document",),
        because=(
            "what held on a day is known years later; who compared it is an id, whose row is emptied with the account"
        ),
    )

    row = models.ForeignKey(LawRow, on_delete=models.PROTECT, related_name="verifications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [models.UniqueConstraint(name="verified_once", fields=["row", "person"])]

    def __str__(self) -> str:
        return f"verification of row {self.row_id}"
