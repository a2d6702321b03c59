"""What of a report has left the house: who was told, when, and what can be done about it now. Nothing unsends it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.ledger.models import Entry, Note
from vaern.node.reports.export.acts import EXPORTED
from vaern.node.reports.models import Block, DomainBlock, Forward, Location, Notice, Told

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.reports.models import Report


class What(enum.StrEnum):
    """What went out."""

    NOTICE = "notice"
    CORRECTION = "correction"
    POLICE = "police"
    FORWARD = "forward"
    OUTCOME = "outcome"
    BLOCK = "block"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Left:
    """One thing that left the house.

    Attributes:
        what, at: what it was, and when.
        to: whom it reached: a name, or of a document its form and whom somebody named; "" where nobody is named.
        location: the id of the location that it was about, where its correction begins; None for none, or when it was
            corrected.
        forward: the id of the forward that can still be recalled; None for none.
    """

    what: What
    at: datetime
    to: str = ""
    location: UUID | None = None
    forward: UUID | None = None


def left(report: Report, since: datetime | None = None) -> list[Left]:
    """Return what of a report left the house since a moment, or ever, the latest first."""
    notices = list(Notice.of(location__report=report).select_related("host"))
    found = [
        *(
            Left(What.NOTICE, one.sent_at, one.host.name, None if one.corrected_at else one.location_id)
            for one in notices
        ),
        *(Left(What.CORRECTION, one.corrected_at, one.host.name) for one in notices if one.corrected_at),
        *(
            Left(What.POLICE, place.police_told_at, location=place.pk)
            for place in Location.of(report=report)
            if place.police_told_at
        ),
        *(
            Left(What.FORWARD, one.sent_at, one.recipient.name, forward=None if one.release.recalled_at else one.pk)
            for one in Forward.of(report=report).select_related("recipient", "release")
        ),
        *(
            Left(What.OUTCOME, told.at)
            for told in Told.everywhere.filter(Q(report=report) | Q(forward__arrived=report))
        ),
        *(Left(What.BLOCK, block.made_at, location=block.location_id) for block in Block.of(location__report=report)),
        *(
            Left(What.BLOCK, block.seconded_at, location=block.location_id)
            for block in DomainBlock.of(location__report=report)
            if block.seconded_at
        ),
        *_documents(report),
    ]
    kept = [one for one in found if since is None or one.at >= since]
    return sorted(kept, key=lambda one: one.at, reverse=True)


def _documents(report: Report) -> list[Left]:
    """What was taken out: the ledger alone keeps it. Words that were erased there leave the entry."""
    entries = Entry.objects.filter(act=EXPORTED.code, subject=report.pk)
    said = dict(Note.objects.filter(entry__in=entries).values_list("entry", "details"))
    return [Left(What.DOCUMENT, entry.at, said.get(entry.pk, "")) for entry in entries]
