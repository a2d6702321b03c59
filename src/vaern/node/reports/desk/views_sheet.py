"""The page of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from vaern.node.base.sealing import Unsealable
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base import claims
from vaern.node.reports.desk.presenters import sheet_context
from vaern.node.reports.desk.sheet import original as document
from vaern.node.reports.desk.sheet import sheet
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.REPORT_VIEW)
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one report; asks for the reason once a session. Viewing it extends the viewer's own claim."""
    found = found_or_404(Report, id)
    return record_page(request, found, "reports/desk/report.html", read=sheet, looked=claims.renew, show=sheet_context)


SUFFIXES = {"application/xml": "xml", "text/xml": "xml", "message/rfc822": "eml"}
"""File name suffixes of downloaded documents, by content type; `json` for all others."""


@requires(Permission.REPORT_ASSESS)
def original(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Download a source document of a report, byte for byte; asks for the reason once a session."""
    viewer, found = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, found)
    try:
        taken = document(viewer, found, number, reason)
    except Unsealable:
        taken = None
    if taken is None:
        raise Http404
    kept, data = taken
    name = f"{found.code}-{kept.number}.{SUFFIXES.get(kept.content_type, 'json')}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)
