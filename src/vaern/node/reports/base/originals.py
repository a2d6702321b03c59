"""The source documents of a report, stored unchanged and sealed; opened only by a person with a reason.

Reports sent as JSON or tables have none: their arrival holds every member and every cell.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Sum
from django.utils import timezone

from vaern.node.base.sealing import seal_bytes, unseal_bytes
from vaern.node.reports.models import Original

if TYPE_CHECKING:
    from vaern.arrivals import Document
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.models import Report, SavedMappingVersion


SEALED = "original"
"""The purpose under which a document is sealed (`base.sealing`)."""

KEPT: frozenset[Document] = frozenset({"cybertipline", "xarf", "arf", "mapped"})
"""Documents of which an arrival may lack something: these are kept."""

MOST = 1_000
"""Documents of one report."""

MOST_BYTES = 64 << 20
"""Of all documents of one report together."""


@dataclass(frozen=True)
class Sent:
    """A source document as it was sent.

    Attributes:
        content_type: as the sender declared it.
        data: its bytes; never media, because the node checks everything that comes in.
        part: it is what a document of several reports said of this one.
        stripped: the node took media out of it at the door.
        read_by: the version of a mapping by which it was read, if it was.
    """

    content_type: str
    data: bytes
    part: bool = False
    stripped: bool = False
    read_by: SavedMappingVersion | None = None

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.data).digest()


def holds(report: Report, sent: Sent) -> bool:
    """Whether a report already has this exact document."""
    return Original.of(report=report).filter(digest=sent.digest).exists()


def has_room(report: Report, sent: Sent) -> bool:
    """Whether a report can hold one more document."""
    held = Original.of(report=report).aggregate(last=Max("number"), bytes=Sum("size"))
    return (held["last"] or 0) < MOST and (held["bytes"] or 0) + len(sent.data) <= MOST_BYTES


def keep(report: Report, sent: Sent) -> Original:
    """Store a document with its report, inside the transaction that takes it in and after `has_room`."""
    last = Original.of(report=report).aggregate(last=Max("number"))["last"] or 0
    made: Original = Original.everywhere.create(
        report=report,
        organisation_id=report.organisation_id,
        number=last + 1,
        content_type=sent.content_type[:60],
        size=len(sent.data),
        digest=sent.digest,
        part=sent.part,
        stripped=sent.stripped,
        read_by=sent.read_by,
        at=timezone.now(),
        sealed=seal_bytes(zlib.compress(sent.data), SEALED),
    )
    return made


def opened(original: Original) -> bytes:
    """Return the bytes of a document, unsealed.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    return zlib.decompress(unseal_bytes(original.sealed, SEALED))


def report_of(organisation: Organisation, sender: Organisation | None, sent: Sent) -> Report | None:
    """Return the report that this exact document of the same sender created or amended before."""
    found = Original.of(organisation=organisation).filter(digest=sent.digest, report__sender=sender)
    original = found.select_related("report").order_by("id").first()
    return original.report if original else None
