"""A report that a platform opened through the reporting API in NCMEC's form: its number, and how far its sender got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from vaern.node.organisations.models import Organisation, Owned
from vaern.node.reports.models.report import Report

if TYPE_CHECKING:
    import uuid


class Submission(Owned):
    """What the sender calls a report, and whether it still adds to it. The report itself was taken when it was opened.

    Attributes:
        number: digits, as NCMEC's; drawn at random, so that it says nothing.
        sender: whose key opened it.
        organisation: whose desk it is for.
        finished_at: when its sender said that it is whole; None: it never did.
        retracted_at: when its sender took it back. The report stays: a person decides.
    """

    if TYPE_CHECKING:
        report_id: uuid.UUID

    number = models.BigIntegerField(primary_key=True)
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="submission")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.number)
