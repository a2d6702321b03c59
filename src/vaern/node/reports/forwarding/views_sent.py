"""Pages on which a sender follows its reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.forwarding import presenters_sent, sent
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SUMMARY_OF = timedelta(days=365)


@requires(Permission.REPORT_SENT)
def sent_list(request: HttpRequest) -> HttpResponse:
    """List the reports that the viewer's organisation sent, and how usable they were over the last year."""
    viewer = viewer_of(request)
    found, page = sent.sent(viewer, request.GET)
    today = timezone.localdate()
    plots = presenters_sent.summary_plots(sent.summary(viewer, today - SUMMARY_OF, today))
    return render(request, "reports/forwarding/sent.html", {"table": presenters_sent.sent_table(found, page), **plots})


@requires(Permission.REPORT_SENT)
def sent_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one sent report."""
    one = or_404(sent.sent_report(viewer_of(request), id))
    return render(request, "reports/forwarding/sent_report.html", presenters_sent.sent_context(one))
