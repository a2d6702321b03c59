"""Pages of this room."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.matching import MIN_QUALITY
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.public.presenters import desk_context
from vaern.node.reports.writing import actions, queries
from vaern.node.reports.writing.forms import CallForm
from vaern.node.reports.writing.forms_platform import PlatformForm
from vaern.node.web.components import Secret
from vaern.node.web.decisions import decide, reasoned
from vaern.node.web.intake import takes_up_to
from vaern.node.web.items import Button
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LARGEST = 200_000
"""Bytes of a form: words and addresses."""

LARGEST_OF_PLATFORM = 1_000_000
"""Bytes of a platform's form: rows of a spreadsheet."""

UNSEEN = {"csrfmiddlewaretoken", "send", "change"}


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
        title=_("Register a report"),
        subject=None,
        back=reverse("reports:worklist"),
        submit=_("Take it in"),
        form=CallForm,
        do=do,
        then=lambda made: reverse("reports:report", args=[made.report.pk]),
        done=lambda made: Result(
            _("%(code)s is registered, and on the work list.") % {"code": made.report.code},
            then=Button(_("Register another"), reverse("reports:write-down")),
        ),
        template="reports/writing/call.html",
        more=desk_context(desk),
    )


@takes_up_to(LARGEST_OF_PLATFORM)
@requires(Permission.REPORT_SEND)
def write_report(request: HttpRequest) -> HttpResponse:
    """Write a report to another desk, look at it once more, and send it."""
    viewer = viewer_of(request)
    desks = queries.desks(viewer)
    make = partial(PlatformForm, desks=desks, grounds=queries.grounds(viewer), service=viewer.organisation.name)
    title, back, template = _("Write a report"), reverse("reports:sent"), "reports/writing/platform.html"
    if request.method == "POST" and "change" in request.POST:
        context = {
            "form": reasoned(request, make(request.POST)),
            "title": title,
            "back": back,
            "submit": _("Look at it"),
        }
        return render(request, template, context)

    def do(form: Any) -> Any:
        desk = next(one for one in desks if str(one.pk) == form.cleaned_data["to"])
        if "send" in request.POST:
            return actions.send(viewer, form.reason, desk, form.arrival())
        typed = [(name, value) for name in request.POST if name not in UNSEEN for value in request.POST.getlist(name)]
        context = {"desk": desk, "parts": form.answers(), "typed": typed, "counts": form.counts}
        return render(request, "reports/writing/preview.html", context)

    return decide(
        request,
        title=title,
        subject=None,
        back=back,
        submit=_("Look at it"),
        form=make,
        do=do,
        then=lambda report: reverse("reports:sent-report", args=[report.pk]),
        done=_("Your report is sent. Here you see what becomes of it."),
        template=template,
        more={"least_quality": MIN_QUALITY},
    )
