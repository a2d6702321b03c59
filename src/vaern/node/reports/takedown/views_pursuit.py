"""The page on which places of one report are traced, told to the police and notified to their host in one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.pages import about
from vaern.node.reports.models import Report
from vaern.node.reports.takedown import presenters_pursuit, pursuit
from vaern.node.reports.takedown.pursuit_forms import PursueForm
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.reports.takedown.mails import NoticeMail


@requires(Permission.REPORT_TAKEDOWN)
def pursue(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask who hosts the places of a report; show the notices that would go out; send them."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    asked = presenters_pursuit.asked(viewer, report)

    def do(form: Any) -> object:
        if "send" in request.POST:
            return pursuit.pursue(viewer, form.reason, form.chosen, form.pursuit)
        return _preview(request, report, pursuit.preview(viewer, form.reason, form.chosen, form.pursuit))

    return decide(
        request,
        **about(report),
        title=_("Trace, tell the police, notify"),
        form=partial(PursueForm, **asked),
        do=do,
        done=_sent,
        template="reports/takedown/pursue.html",
        more={"report": report, "places": presenters_pursuit.places(viewer, asked["locations"])},
    )


def _preview(request: HttpRequest, report: Report, mails: Sequence[NoticeMail]) -> HttpResponse:
    given = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        **about(report),
        "title": _("This goes out"),
        "given": [(name, value) for name, value in given if name != "csrfmiddlewaretoken"],
        "mails": [(mail.to, *mail.text) for mail in mails],
    }
    return render(request, "reports/takedown/preview.html", context)


def _sent(mails: Sequence[NoticeMail]) -> Result:
    to = ", ".join(dict.fromkeys(mail.to for mail in mails))
    n = sum(len(mail.context["places"]) for mail in mails)
    said = ngettext(
        "The notice about one place went to %(to)s. The node reminds by itself; check whether it is still there.",
        "The notice about %(n)d places went to %(to)s. The node reminds by itself; check whether they are still there.",
        n,
    )
    return Result(said % {"n": n, "to": to})
