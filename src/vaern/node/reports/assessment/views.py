"""Pages: the assessment of a report, its legal review, and the known legal grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment import actions, confirmations, decisions, presenters, queries, retraction
from vaern.node.reports.assessment.forms import AssessForm, LawForm
from vaern.node.reports.assessment.retraction import undoable
from vaern.node.reports.base import pages
from vaern.node.reports.base.pages import at
from vaern.node.reports.base.reasons import TO_WORK
from vaern.node.reports.base.refusals import AnswersRefusal
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.exposure.queries import next_for
from vaern.node.reports.law import grounds as grounds_of_law
from vaern.node.reports.models import Report
from vaern.node.reports.rules.states import Event
from vaern.node.web.components import Link
from vaern.node.web.decisions import at_once, refuse
from vaern.node.web.lists import list_page, number
from vaern.node.web.results import Result, Undo, tell

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


@requires(Permission.REPORT_ASSESS)
def assess(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take one person's view of a report, with what they looked at, on one page."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, report)
    sheet = queries.sheet(viewer, report, reason)
    open_ = sheet.place is not None and sheet.missing is None
    form = AssessForm(sheet, request.POST or None, _chosen(request)) if open_ else None

    def page(_said: str, status: int) -> HttpResponse:
        return render(request, "reports/assessment/assess.html", presenters.page_context(sheet, form), status=status)

    if form is None or request.method != "POST" or not form.is_valid():
        return page("", 422 if form is not None and form.errors else 200)
    try:
        event = actions.assess(viewer, reason, report, form.judgement)
    except AnswersRefusal as refusal:
        form.refuse(str(refusal), refusal.fields)
        return page("", 422)
    except Refusal as refusal:
        return refuse(refusal, form, page)
    tell(request, result_of(viewer, report, event))
    if event is not None and request.POST.get("then") == "next":
        return next_report(request)
    return HttpResponseRedirect(at(report))


def result_of(viewer: Viewer, report: Report, event: Event | None) -> Result:
    """Return what came of an assessment: what follows for the report, the way back, and what the person does next."""
    undo = Undo(reverse("reports:undo", args=[report.pk])) if event and undoable(viewer, report) else None
    then = None if event in {None, Event.CONCLUDE_ACTIONABLE} else pages.next_report()
    return Result(f"{report.code}: {_said(event)}", undo, then)


def _said(event: Event | None) -> str:
    """Return what is said when a view was taken."""
    return {
        None: _("Kept. The items that are left follow."),
        Event.ASK_SECOND: _("Done. Another person takes a second view, without sight of yours."),
        Event.DIFFER: _("Done. The two views differ: a third person settles it."),
        Event.CONCLUDE_ACTIONABLE: _("Done. The report is acted on now."),
        Event.CONCLUDE_NOTHING: _("Done. The report is closed."),
    }[event]


def _chosen(request: HttpRequest) -> frozenset[int]:
    """Return the items that an address marks: `?items=1,2,5`."""
    given = (number(one, -1) for one in request.GET.get("items", "").split(","))
    return frozenset(one for one in given if one >= 0)


@requires(Permission.REPORT_ASSESS)
@require_POST
def same(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Confirm or reject an item's near hit: the same, or another."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, report)
    is_same = request.POST.get("same") == "yes"
    return at_once(
        request,
        lambda: confirmations.say_same(viewer, reason, report, number, same=is_same),
        at(report),
        done=_("It is noted that item %(n)s of %(code)s is the same as what is known: nobody has to look at it.")
        % {"n": number, "code": report.code}
        if is_same
        else _("It is noted that item %(n)s of %(code)s is another: it counts as new.")
        % {"n": number, "code": report.code},
    )


@requires(Permission.REPORT_ASSESS)
@require_POST
def undo(request: HttpRequest, id: UUID) -> HttpResponse:
    """Retract the view that the viewer just gave."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, report)
    try:
        retraction.undo(viewer, reason, report)
    except Refusal as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(at(report))
    messages.success(request, _("Taken back. The report is where it was before."))
    return HttpResponseRedirect(at(report))


@requires(Permission.REPORT_ASSESS)
def law(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show whether the law stops a report; stop it if a ground is missing, and decide on a stopped one."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = reason_for(request, report)
    deciding = request.method == "POST" and request.POST.get("do") in {"clear", "end"}
    if request.method == "POST" and not deciding:
        action, may = request.POST.get("action", ""), grounds_of_law.actions_of(report.organisation)
        action = action if action in may else "detect"
        return at_once(
            request,
            lambda: decisions.stop_for_law(viewer, reason, report, action),
            request.path,
            done=_("%(code)s is stopped: no legal ground for this is in force. A person decides how it goes on.")
            % {"code": report.code},
        )
    form = LawForm(request.POST if deciding else None)

    def page(_said: str, status: int) -> HttpResponse:
        context = {**presenters.law_context(queries.law(viewer, report, reason)), "form": form}
        return render(request, "reports/assessment/law.html", context, status=status)

    if not deciding or not form.is_valid():
        return page("", 422 if form.errors else 200)
    do = decisions.clear if request.POST["do"] == "clear" else decisions.end
    try:
        do(viewer, reason, report, form.cleaned_data["words"])
    except Refusal as refusal:
        return refuse(refusal, form, page)
    tell(request, Result(_decided(report, cleared=do is decisions.clear), then=pages.next_report()))
    return HttpResponseRedirect(at(report))


def _decided(report: Report, *, cleared: bool) -> str:
    """Return what is said of a report that the law had stopped, and on which a person decided."""
    words = _("%(code)s is closed: the law does not allow to act on it. Your reason stands in its history.")
    if cleared:
        words = _("%(code)s goes on where it was stopped. Your reason stands in its history.")
    return words % {"code": report.code}


@requires(Permission.REPORT_VIEW)
def grounds(request: HttpRequest) -> HttpResponse:
    """Show the legal grounds that apply to the viewer's organisation, with their dates."""
    said = _(
        "An action is taken on a ground that is in force on its day, and is stopped and explained where none is. A "
        "country with provisions of its own on an action is judged by those alone."
    )
    where = Link(_("Where they stand, and who verified them"), reverse("law:rows", args=["grounds"]))
    table = presenters.grounds_table(viewer_of(request).organisation)
    return list_page(request, title=_("Legal grounds"), lead=format_html("{} {}", said, where), table=table)


@requires(Permission.REPORT_ASSESS)
@require_POST
def next_report(request: HttpRequest) -> HttpResponse:
    """Claim the next report for this person, and redirect to it."""
    viewer = viewer_of(request)
    report = next_for(viewer)
    if report is None:
        messages.info(request, _("There is nothing to put before you now."))
        return HttpResponseRedirect(reverse("reports:worklist"))
    try:
        desk.claim(viewer, TO_WORK, report)
    except Refusal as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("reports:worklist"))
    return HttpResponseRedirect(at(report))
