"""By what a report is found to be about the same account, address or device as another: keyed digests alone."""

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
    """One identifier that a report names; equal ones of two reports of an organisation have equal digests.

    It goes with its report. What the identifier is stands sealed in the report, and nowhere else.

    Attributes:
        kind: account, email, phone, address or device.
        digest: keyed, with its kind and for this purpose: it cannot be compared with keys of the cross-check.
        weak: that it is equal says little: an address without time, or that many may share.
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
