"""What of a report has left the node: to whom, when, and how it can be corrected or recalled now."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.ledger.models import Entry, Note
from vaern.node.reports.export.acts import EXPORTED
from vaern.node.reports.models import Block, DomainBlock, Forward, Location, Notice, Told, WorkPackage

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.reports.models import Report


class What(enum.StrEnum):
    """Kinds of disclosures."""

    NOTICE = "notice"
    CORRECTION = "correction"
    POLICE = "police"
    FORWARD = "forward"
    OUTCOME = "outcome"
    BLOCK = "block"
    DOCUMENT = "document"
    PACKAGE = "package"


@dataclass(frozen=True)
class Left:
    """One disclosure.

    Attributes:
        what, at: its kind, and when it was made.
        to: the recipient's name, or for a document its form and the recipient as named; "" if nobody is named.
        location: id of the location that it was about, where its correction begins; None without one, or once
            corrected.
        forward: the id of the forward that can still be recalled; None for none.
    """

    what: What
    at: datetime
    to: str = ""
    location: UUID | None = None
    forward: UUID | None = None


def left(report: Report, since: datetime | None = None) -> list[Left]:
    """Return the disclosures of a report since a moment, or of all time, the latest first."""
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
        *(Left(What.OUTCOME, told.at) for told in Told.of(report=report) | Told.of(forward__arrived=report)),
        *(Left(What.BLOCK, block.made_at, location=block.location_id) for block in Block.of(location__report=report)),
        *(
            Left(What.BLOCK, block.seconded_at, location=block.location_id)
            for block in DomainBlock.of(location__report=report)
            if block.seconded_at
        ),
        *_documents(report),
        *_packages(report),
    ]
    kept = [one for one in found if since is None or one.at >= since]
    return sorted(kept, key=lambda one: one.at, reverse=True)


def _documents(report: Report) -> list[Left]:
    """What was taken out: the ledger alone keeps it. Words that were erased there leave the entry."""
    entries = Entry.objects.filter(act=EXPORTED.code, subject=report.pk)
    said = dict(Note.objects.filter(entry__in=entries).values_list("entry", "details"))
    return [Left(What.DOCUMENT, entry.at, said.get(entry.pk, "")) for entry in entries]


def _packages(report: Report) -> list[Left]:
    """The work packages in which exact addresses of it went to a viewing station, while their records are kept."""
    rows = WorkPackage.of(items__report=report).select_related("station").distinct()
    return [Left(What.PACKAGE, one.made_at, f"{one.station.name}, {one.code}") for one in rows.defer("file")]
