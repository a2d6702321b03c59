"""Source documents of reports, stored unchanged, so that nothing a reader skips is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned
from vaern.node.reports.models.report import Report

if TYPE_CHECKING:
    import uuid


class Original(Owned):
    """One source document, sealed; erased with its report, and never searched.

    Attributes:
        number: of the report's documents, from 1; each later one amended it.
        content_type, size, digest: of the document; size in bytes, and SHA-256, by which the same one is recognised.
        part: it is what a document of several reports said of this one.
        stripped: the node removed media from it at the door, before anything else read it.
        read_by: the version of a mapping by which it was read; None for formats that need none.
        sealed: packed and sealed (`base.originals`).
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.REPORTER,
                Whom.CHILD,
                Whom.SUSPECT,
            )
        },
        plain=(
            "content_type",
            "digest",
        ),
    )

    if TYPE_CHECKING:
        report_id: uuid.UUID
        read_by_id: int | None

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="originals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    part = models.BooleanField(default=False)
    stripped = models.BooleanField(default=False)
    read_by = models.ForeignKey(
        "reports.SavedMappingVersion", on_delete=models.PROTECT, null=True, db_index=False, related_name="documents"
    )
    sealed = SealedField("original")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="original_number", fields=["report", "number"]),
            models.UniqueConstraint(name="original_once", fields=["report", "digest"]),
        ]
        indexes: ClassVar = [
            models.Index(name="original_again", fields=["organisation", "digest"]),
            models.Index(name="original_read_by", fields=["read_by"], condition=Q(read_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"document {self.number}"
