"""Pages on which a report is closed, reopened, kept longer or erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.retention.views import erase_view, keep_view
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.pages import about, next_report
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.ending import presenters
from vaern.node.reports.models import Report
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.REPORT_ASSESS)
def finish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Close a report on which all work is done."""
    report = own_or_404(Report, id)
    return decide(
        request,
        **about(report),
        title=_("Close this report"),
        submit=_("Close"),
        text=presenters.done(report),
        check=lambda: closing.done_or_refuse(report),
        form=PlainReasonForm,
        do=lambda form: closing.finish(viewer_of(request), form.reason, report),
        done=Result(
            _("%(code)s is closed. It stays until its end date, and can be opened again.") % {"code": report.code},
            then=next_report(),
        ),
    )


@requires(Permission.REPORT_ASSESS)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Reopen a concluded report, and show what of it has left the node."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    return decide(
        request,
        **about(report),
        title=_("Open this report again"),
        submit=_("Open again"),
        text=_(
            "It comes back to the work list and is assessed anew. Whoever was told stays told, and nothing more "
            "is sent until it is concluded. Say in your own words why."
        ),
        shown=lambda: presenters.left_table(viewer, report),
        form=PlainReasonForm,
        do=lambda form: closing.reopen(viewer, form.reason, report),
        done=_("%(code)s is on the work list again, and is assessed anew.") % {"code": report.code},
    )


keep = keep_view(
    Permission.REPORT_ASSESS,
    Report,
    about,
    title=gettext_lazy("Keep this report longer"),
    text=gettext_lazy("Every report has an end date. Say until when this one is still needed, and why."),
)


erase = erase_view(
    Permission.REPORT_ERASE,
    Report,
    about,
    title=gettext_lazy("Erase this report"),
    text=gettext_lazy(
        "The report and all that hangs on it are erased and cannot be brought back. The ledger keeps that it "
        "was there, the statistics keep their numbers, and every recipient has to acknowledge."
    ),
    then="reports:worklist",
)
