"""Import of documents that a person uploads: read by a mapping, with a result for each report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from vaern.node.base.refusals import Refusal
from vaern.node.reports.arrival import actions, usage
from vaern.node.reports.base.faults import stored, worded
from vaern.node.reports.intake import mapped
from vaern.node.reports.intake.documents import MOST_REPORTS
from vaern.node.reports.intake.mapped import Tally
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.arrivals import Read
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.intake.mapped import Came
    from vaern.node.reports.models import Report, SavedMappingVersion


@dataclass(frozen=True)
class Upload:
    """An uploaded document.

    Attributes:
        name: of its file; shown once, and not stored.
        data: its bytes.
    """

    name: str
    data: bytes


@dataclass(frozen=True)
class Brought:
    """The result for one report of a document, or for a document without reports.

    Attributes:
        document: name of its file.
        line: of the document's lines or reports; 0 if it is the only one.
        report: the accepted or already existing report; None if it was refused.
        made: it was created now.
        faults: path and text of each.
    """

    document: str
    line: int = 0
    report: Report | None = None
    made: bool = False
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def report_url(self) -> str:
        """The address of the report's page."""
        return reverse("reports:report", args=[self.report.pk]) if self.report else ""


@dataclass(frozen=True)
class _Bringing:
    """Who brings in documents, why, by which version, and whether they are made up."""

    viewer: Viewer
    reason: Reason
    version: SavedMappingVersion
    synthetic: bool


def bring_in(
    viewer: Viewer, reason: Reason, version: SavedMappingVersion, uploads: Iterable[Upload], *, synthetic: bool
) -> list[Brought]:
    """Import documents for the viewer's own desk, each report in a transaction of its own, as the API does.

    A document that cannot be read stops no other.
    """
    bringing = _Bringing(viewer, reason, version, synthetic)
    return [one for upload in uploads for one in _document(bringing, upload)]


def _document(by: _Bringing, upload: Upload) -> list[Brought]:
    try:
        came = mapped.read(mapped.content_of(by.version), upload.data)
    except Problem as problem:  # media that cannot be taken out
        return [Brought(upload.name, faults=(("", problem.detail),))]
    tally = Tally.begun(by.version)
    found = list(_reports(by, upload.name, came, tally))
    usage.note(by.viewer, by.reason, by.version, tally)
    return found


def _reports(by: _Bringing, name: str, came: Came, tally: Tally) -> Iterator[Brought]:
    too_many = len(came.reads) > MOST_REPORTS
    for read in came.reads[-1:] if too_many else came.reads:
        one = _report(by, name, came, read)
        tally.add(read.faults, taken=one.report is not None)
        yield one


def _report(by: _Bringing, name: str, came: Came, read: Read) -> Brought:
    told = tuple(worded(stored(fault)) for fault in read.faults)
    if read.arrival is None:
        return Brought(name, read.line, faults=told)
    sent = came.sent(read, by.version)
    try:
        found = actions.receive_document(
            by.viewer, by.reason, by.viewer.organisation, read, sent, synthetic=by.synthetic
        )
    except Refusal as error:
        return Brought(name, read.line, faults=(*told, ("reference", str(error))))
    kept = tuple(worded(fault) for fault in found.report.faults)
    return Brought(name, read.line, found.report, found.made, kept)
