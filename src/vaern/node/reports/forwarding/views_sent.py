"""Pages on which a sender follows its reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.forwarding import presenters_sent, sent
from vaern.node.reports.models import Report
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table

SUMMARY_OF = timedelta(days=365)


@listed("reports:sent", gettext_lazy("Sent reports"), Permission.REPORT_SENT, kind=Report.KIND)
def sent_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the reports that the viewer's organisation sent."""
    return presenters_sent.sent_table(*sent.sent(viewer, given))


@requires(Permission.REPORT_SENT)
def sent_list(request: HttpRequest) -> HttpResponse:
    """List the reports that the viewer's organisation sent, and how usable they were over the last year."""
    viewer = viewer_of(request)
    today = timezone.localdate()
    plots = presenters_sent.summary_plots(sent.summary(viewer, today - SUMMARY_OF, today))
    return render(request, "reports/forwarding/sent.html", {"table": sent_table(request), **plots})


@requires(Permission.REPORT_SENT)
def sent_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one sent report."""
    one = or_404(sent.sent_report(viewer_of(request), id))
    return render(request, "reports/forwarding/sent_report.html", presenters_sent.sent_context(one))
