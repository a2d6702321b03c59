"""The page of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.template.loader import render_to_string

from vaern.node.organisations.access import requires
from vaern.node.organisations.reasons import reason_for
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk import actions, parts, presenting
from vaern.node.reports.desk.sheet import sheet
from vaern.node.reports.desk.views import found_or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.REPORT_VIEW)
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one report; asks for the reason once in a session. Looking renews one's own claim."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    read = sheet(viewer, found, reason)
    actions.renew(viewer, found)
    context = {
        **presenting.sheet_context(viewer, read, reason),
        "parts": [
            (part["title"], render_to_string(part["template"], part["context"], request))
            for part in parts.parts_for(viewer, found, reason)
        ],
    }
    return render(request, "reports/desk/report.html", context)
