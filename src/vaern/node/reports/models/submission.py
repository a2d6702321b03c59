"""Submissions of platforms through the reporting API in NCMEC's form: number and progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from vaern.node.organisations.models import Organisation, Owned
from vaern.node.reports.models.report import Report

if TYPE_CHECKING:
    import uuid


class Submission(Owned):
    """A platform's submission and its progress. The report itself was taken in when the submission was opened.

    Attributes:
        number: digits, like NCMEC's; random, so that it reveals nothing.
        sender: the organisation whose key opened it.
        organisation: whose desk it is for.
        finished_at: when its sender declared it complete; None if it never did.
        retracted_at: when its sender retracted it. The report stays: a person decides.
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
