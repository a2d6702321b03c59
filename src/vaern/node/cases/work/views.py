"""The list of cases, the page of one, and how one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.models import Case
from vaern.node.cases.work import actions, labels, parts, presenting, queries, searching
from vaern.node.cases.work.asking import ask, at, version_of
from vaern.node.cases.work.forms import CaseForm, NewCaseForm
from vaern.node.cases.work.sheet import sheet
from vaern.node.casework.forms import KeepForm, PlainReasonForm, WorkForm
from vaern.node.casework.reasons import reason_for
from vaern.node.external.presenting import chips
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.bulk import original_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.CASE_VIEW)
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases of the viewer's organisation, and those released to it; and how far they came."""
    viewer, search = viewer_of(request), searching.read(request.GET)
    page = queries.worklist(viewer, search, request.GET)
    context = {
        "table": presenting.cases_table(
            page,
            search,
            may_open=viewer.may(Permission.CASE_WORK),
            numbers=chips(viewer, Case.KIND, [case.pk for case in page.rows]),
        ),
        "funnel": presenting.funnel_bars(queries.funnel(viewer)),
        "may_open": viewer.may(Permission.CASE_WORK),
    }
    return render(request, "cases/work/cases.html", context)


@requires(Permission.CASE_VIEW)
def case(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one case; asks for the reason once in a session."""
    viewer = viewer_of(request)
    found = queries.found_or_404(viewer, id)
    reason = reason_for(request, found.subject)
    context = {
        **presenting.sheet_context(viewer, sheet(viewer, found, reason), reason),
        "parts": [
            (part["title"], render_to_string(part["template"], part["context"], request))
            for part in parts.parts_for(viewer, found, reason)
        ],
    }
    return render(request, "cases/work/case.html", context)


@requires(Permission.CASE_WORK)
def new(request: HttpRequest) -> HttpResponse:
    """Open a case, from nothing or from a report of the desk."""
    viewer = viewer_of(request)
    leads = actions.leads(viewer)
    initial = {"lead": str(viewer.person.pk) if viewer.person else "", "report": request.GET.get("report", "")[:9]}
    form = NewCaseForm(request.POST or None, leads=leads, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reports = [original_of(viewer, given["report"])] if given["report"] else []
            made = actions.open_case(
                viewer,
                form.reason,
                reference=given["reference"],
                lead=form.chosen_lead,
                urgent=given["urgent"],
                reports=reports,
                silent_until=given["silent_until"],
            )
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The case is open, and that is recorded."))
            return HttpResponseRedirect(at(made))
    context = {
        "title": _("Open a case"),
        "form": form,
        "submit": _("Open the case"),
        "back": reverse("cases:cases"),
        "text": _("From a report, what it says of suspects comes along, and its sender learns of the case."),
    }
    return render(request, "cases/work/form.html", context, status=422 if form.errors else 200)


@requires(Permission.CASE_WORK)
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change journal number, lead and urgency."""
    viewer = viewer_of(request)
    found = queries.own_or_404(viewer, id)
    initial = {"reference": found.reference, "lead": str(found.lead_id), "urgent": found.urgent}
    form = CaseForm(request.POST or None, leads=actions.leads(viewer), initial=initial)
    return ask(
        request,
        found,
        form,
        lambda viewer, form: actions.edit(
            viewer,
            form.reason,
            found,
            version=version_of(request, found),
            reference=form.cleaned_data["reference"],
            lead=form.chosen_lead,
            urgent=form.cleaned_data["urgent"],
        ),
        title=_("Change the case"),
        submit=_("Save"),
    )


@requires(Permission.CASE_WORK)
def move(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Let the case go to another state."""
    found = queries.own_or_404(viewer_of(request), id)
    wanted = actions.event_or_404(event)
    return ask(
        request,
        found,
        WorkForm(request.POST or None),
        lambda viewer, form: actions.move(viewer, form.reason, found, wanted, version=version_of(request, found)),
        title=str(labels.EVENTS[wanted]),
        submit=str(labels.EVENTS[wanted]),
        text=_("A case is closed with an outcome that ends it.") if event == "close" else "",
    )


@requires(Permission.CASE_WORK)
def keep(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide that a case is still needed."""
    found = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        found,
        KeepForm(request.POST or None),
        lambda viewer, form: actions.prolong(viewer, form.reason, found, form.cleaned_data["until"]),
        title=_("Keep this case longer"),
        submit=_("Keep until that day"),
        text=_("Every case has an end date. Say until when this one is still needed, and why."),
    )


@requires(Permission.CASE_ERASE)
def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """Erase a case with all that hangs on it."""
    from vaern.node.cases.work import erasing

    found = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        found,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: erasing.erase(viewer, form.reason, found),
        title=_("Erase this case"),
        submit=_("Erase"),
        danger=True,
        to=reverse("cases:cases"),
        text=_(
            "The case, all that hangs on it and all that it absorbed are erased and cannot be brought back. The ledger "
            "keeps that it was there, the statistics keep their numbers, and every recipient has to acknowledge."
        ),
    )
