"""Export of a report by the API, with the list of what the document leaves out."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID  # noqa: TC003 - resolved by pydantic

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema

from vaern.node.casework.reasons import told
from vaern.node.casework.sheets import find_own
from vaern.node.external.api import ExternalQuery, Identified, identified
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.export import queries
from vaern.node.reports.intake.schemas import Strict
from vaern.node.reports.models import Report
from vaern.node.web import problems
from vaern.node.web.problems import Problem

router = GuardedRouter(tags=["reports"])


class DocumentIn(Strict):
    """As what, and for whom."""

    form: Literal["cybertipline", "xarf", "case"]
    to_whom: str = Field(min_length=1, max_length=200, description="Who receives it, and for what; in the ledger.")
    place: int = Field(1, ge=1, le=100_000, description="For `xarf`, which says one address: which, from 1.")


class DocumentOut(Schema):
    """The document, and what is not in it."""

    media_type: str
    name: str
    document: str = Field(description="As text, in UTF-8.")
    left_out: list[str] = Field(description="Paths of what the form has no place for: `files[0].size`.")
    changed: list[str] = Field(description="Paths of what is in it as words, shortened, or in a wider word.")


@router.operation(
    "GET", "/reports/identified", permission=Permission.REPORT_EXPORT, asks_reason=True, response=Identified
)
def find_reports(request: HttpRequest, query: Query[ExternalQuery]) -> Any:
    """Find the reports of your own desk that carry an external identifier. Recorded."""
    return identified(viewer_of(request), "report", query, told(request))


@router.operation(
    "POST", "/reports/{uuid:id}/document", permission=Permission.REPORT_EXPORT, asks_reason=True, response=DocumentOut
)
def take_report_out(request: HttpRequest, id: Path[UUID], wanted: DocumentIn) -> Any:
    """Take a report of your own desk out as a document. Recorded as a disclosure, with its form and recipient."""
    viewer, reason = viewer_of(request), told(request)
    report = find_own(Report, id)
    if report is None:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    try:
        found = queries.take_out(viewer, report, reason, wanted.form, wanted.to_whom, wanted.place)
    except queries.DocumentError as error:
        faults = tuple(problems.Fault(fault.path or "report", fault.said) for fault in error.faults)
        raise Problem("conflict", str(error), faults) from None
    return {
        "media_type": found.media_type,
        "name": found.name,
        "document": found.written.document.decode(),
        "left_out": list(found.written.left_out),
        "changed": list(found.written.changed),
    }
