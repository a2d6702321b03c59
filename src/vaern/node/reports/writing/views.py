"""Pages of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.public.presenters import desk_context
from vaern.node.reports.writing import actions
from vaern.node.reports.writing.forms import CallForm
from vaern.node.web.components import Secret
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LARGEST = 200_000
"""Bytes of a form: words and addresses."""


@takes_up_to(LARGEST)
@requires(Permission.REPORT_ASSESS)
def write_down(request: HttpRequest) -> HttpResponse:
    """Write down a report that came by telephone, by letter, by mail or at the door."""
    viewer = viewer_of(request)
    desk = desk_of(viewer.organisation)

    def do(form: Any) -> Any:
        given = form.cleaned_data
        arrival = form.arrival(desk.timezone)
        made = actions.write_down(viewer, form.reason, given["token"], arrival, receipt=form.wants_receipt)
        if not made.code:
            return made
        context = {"report": made.report, "secret": Secret(made.code, _("Code of the receipt"))}
        return render(request, "reports/writing/written.html", context)

    return decide(
        request,
        title=_("Write down a report"),
        subject=None,
        back=reverse("reports:worklist"),
        submit=_("Take it in"),
        form=CallForm,
        do=do,
        then=lambda made: reverse("reports:report", args=[made.report.pk]),
        done=_("The report is written down. Here it is."),
        template="reports/writing/call.html",
        more=desk_context(desk),
    )
