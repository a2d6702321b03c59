"""Pages of the desk: the work list and the sheet of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vaern.node.organisations.access import requires
from vaern.node.organisations.reasons import reason_for
from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk import parts, queries
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking; the middleware has set it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def found_or_404(request: HttpRequest, id: UUID) -> Report:
    """Return a report that the viewer may see.

    Raises:
        Http404: there is none, or the viewer may not know of it; both look alike.
    """
    report = queries.find(viewer_of(request), id)
    if report is None:
        raise Http404
    return report


def own_or_404(request: HttpRequest, id: UUID) -> Report:
    """Return a report of the viewer's own organisation, for what only its owner does.

    Raises:
        Http404: it is another's, or there is none.
    """
    report = found_or_404(request, id)
    if report.organisation_id != viewer_of(request).organisation.id:
        raise Http404
    return report


def at(report: Report) -> str:
    """Return the address of a report's page."""
    return reverse("reports:report", args=[report.pk])


@requires(Permission.REPORT_VIEW)
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the work list."""
    return render(request, "reports/desk/worklist.html", {"reports": Report.objects.all()[:50]})


@requires(Permission.REPORT_VIEW)
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one report; asks for the reason once in a session."""
    viewer, found = viewer_of(request), found_or_404(request, id)
    reason = reason_for(request, found.subject)
    context = {"report": found, "parts": parts.parts_for(viewer, found, reason)}
    return render(request, "reports/desk/report.html", context)
