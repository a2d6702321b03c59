"""Actions on reports from the list and from the page: one at a time, or many with one reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.pages import about, at, next_report
from vaern.node.reports.base.reasons import to_work
from vaern.node.reports.desk import actions, bulk, queries
from vaern.node.reports.desk.bulk import Bulk, BulkError
from vaern.node.reports.desk.forms import DuplicateForm, ProlongForm
from vaern.node.reports.desk.search import read
from vaern.node.reports.models import Report
from vaern.node.web.decisions import at_once, decide, refuse
from vaern.node.web.lists import ids
from vaern.node.web.results import Result, Undo
from vaern.node.web.returns import way_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.web.reasons import ReasonForm


PAGES = {"package": "reports:new-package", "conclude": "reports:together"}
"""Bulk actions with a page of their own, which shows first what would leave, or what is concluded."""

FORMS: dict[Bulk, type[ReasonForm]] = {
    Bulk.CLAIM: WorkForm,
    Bulk.DUPLICATE: DuplicateForm,
    Bulk.PROLONG: ProlongForm,
}


@requires(Permission.REPORT_ASSESS)
@require_POST
def claim(request: HttpRequest, id: UUID) -> HttpResponse:
    """Claim a report, from the list or from its page; the reason is the one given before, or to work on it."""
    return _at_once(request, id, actions.claim, _("You work on %(code)s now."), "reports:give-back")


@requires(Permission.REPORT_ASSESS)
@require_POST
def give_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Release a claim before it expires."""
    return _at_once(request, id, actions.give_back, _("%(code)s is free again."), "reports:claim")


def _at_once(request: HttpRequest, id: UUID, act: Callable[..., Report], done: str, inverse: str) -> HttpResponse:
    report = own_or_404(Report, id)
    reason, back = to_work(request, report), way_back(request, at(report))
    return at_once(
        request,
        lambda: act(viewer_of(request), reason, report),
        f"{back}#r-{report.pk}",
        done=Result(done % {"code": report.code}, Undo(reverse(inverse, args=[report.pk]))),
        before=report.code,
    )


@requires(Permission.REPORT_ASSESS)
def duplicate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Mark one report as a duplicate."""
    viewer, report = viewer_of(request), own_or_404(Report, id)

    def do(form: Any) -> object:
        return actions.set_aside(viewer, form.reason, report, bulk.original_of(viewer, form.cleaned_data["original"]))

    return decide(
        request,
        **about(report),
        title=_("Mark as a duplicate"),
        submit=_("Mark as a duplicate"),
        text=_("It leaves the work list and stands beside the earlier report. An urgent report is never set aside."),
        form=DuplicateForm,
        do=do,
        done=Result(
            _("%(code)s is set aside beside the earlier report.") % {"code": report.code},
            Undo(reverse("reports:separate", args=[report.pk])),
            next_report(),
        ),
    )


@requires(Permission.REPORT_ASSESS)
def separate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Unmark a duplicate."""
    report = own_or_404(Report, id)
    return decide(
        request,
        **about(report),
        title=_("Separate from the earlier report"),
        submit=_("Separate"),
        text=_("It is on the work list again."),
        form=WorkForm,
        do=lambda form: actions.separate(viewer_of(request), form.reason, report),
        done=_("%(code)s is on the work list again.") % {"code": report.code},
    )


@requires(Permission.REPORT_ASSESS)
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Confirm a bulk action with a reason, and apply it to all selected reports or to none."""
    back = f"{reverse('reports:worklist')}?{read(request.POST).query}"
    what, chosen = request.POST.get("do", ""), ids(request.POST.getlist("report"), bulk.MOST + 1)
    if what in PAGES and chosen:
        return HttpResponseRedirect(f"{reverse(PAGES[what])}?reports={','.join(queries.codes_of(chosen))}")
    if what not in set(Bulk) or not chosen:
        messages.warning(request, _("Select reports first, and then what to do."))
        return HttpResponseRedirect(back)
    confirmed = "confirmed" in request.POST
    form = FORMS[Bulk(what)](request.POST if confirmed else None)

    def page(_said: str, status: int, lines: Sequence[bulk.Line] = ()) -> HttpResponse:
        context = {
            "form": form,
            "what": what,
            "ids": chosen,
            "lines": lines,
            "back": back,
            "search": read(request.POST).parameters,
            "title": _titles(len(chosen))[Bulk(what)],
        }
        return render(request, "reports/desk/bulk.html", context, status=status)

    if not confirmed or not form.is_valid():
        return page("", 422 if confirmed else 200)
    original, until = form.cleaned_data.get("original", ""), form.cleaned_data.get("until")
    try:
        done = bulk.do(viewer_of(request), form.reason, Bulk(what), chosen, original=original, until=until)
    except BulkError as refusal:
        return refuse(refusal, form, partial(page, lines=refusal.lines))
    except Refusal as refusal:
        return refuse(refusal, form, page)
    messages.success(request, _done(len(done), until)[Bulk(what)])
    return HttpResponseRedirect(back)


def _titles(n: int) -> dict[Bulk, str]:
    return {
        Bulk.CLAIM: ngettext("Claim %(n)s report", "Claim %(n)s reports", n) % {"n": n},
        Bulk.DUPLICATE: ngettext("Mark %(n)s report as a duplicate", "Mark %(n)s reports as duplicates", n) % {"n": n},
        Bulk.PROLONG: ngettext("Keep %(n)s report longer", "Keep %(n)s reports longer", n) % {"n": n},
    }


def _done(n: int, until: date | None) -> dict[Bulk, str]:
    """Return what came of each bulk action."""
    day = date_format(until) if until else ""
    return {
        Bulk.CLAIM: ngettext("You work on %(n)s report now.", "You work on %(n)s reports now.", n) % {"n": n},
        Bulk.DUPLICATE: ngettext(
            "%(n)s report is set aside beside the earlier one.",
            "%(n)s reports are set aside beside the earlier one.",
            n,
        )
        % {"n": n},
        Bulk.PROLONG: ngettext(
            "%(n)s report is kept until %(day)s, and erased then.",
            "%(n)s reports are kept until %(day)s, and erased then.",
            n,
        )
        % {"n": n, "day": day},
    }
