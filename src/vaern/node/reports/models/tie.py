"""Ties: keyed digests by which reports about the same account, address or device are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.organisations.models import Organisation, Owned
from vaern.node.reports.models.report import Report
from vaern.node.reports.rules.ties import KINDS

if TYPE_CHECKING:
    import uuid


class Tie(Owned):
    """One identifier in a report; equal identifiers in an organisation's reports have equal digests.

    Erased with its report. The identifier itself is only in the report, sealed.

    Attributes:
        kind: account, email, phone, address or device.
        digest: keyed by kind and for this purpose, so that it cannot be compared with keys of the cross-check.
        weak: equality means little: an address without time, or one that many may share.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "digest": (
                Whom.SUSPECT,
                Whom.REPORTER,
            )
        },
        plain=("kind",),
    )

    if TYPE_CHECKING:
        report_id: uuid.UUID
        organisation_id: uuid.UUID

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="ties", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32)
    weak = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="tie_once", fields=["report", "digest"]),
            models.CheckConstraint(name="tie_kind", condition=Q(kind__in=KINDS)),
        ]
        indexes: ClassVar = [models.Index(name="tie_digest", fields=["organisation", "digest", "id"])]

    def __str__(self) -> str:
        return self.kind
