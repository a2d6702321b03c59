"""The list of cases, the page of one, and how one begins."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.base import labels
from vaern.node.cases.base.subjects import about, as_it_is, at
from vaern.node.cases.models import Case
from vaern.node.cases.work import actions, filters, presenters, queries, results
from vaern.node.cases.work.forms import CaseForm, NewCaseForm
from vaern.node.cases.work.sheet import sheet
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.retention.views import erase_view, keep_view
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.external.presenters import chips
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.bulk import original_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


def overtakable(case: Case) -> dict[str, Any]:
    """Return what a decision carries of a case that others may change meanwhile: its version, and what is now."""

    def now() -> tuple[object, object]:
        there = own_or_404(Case, case.pk)
        return there.version, as_it_is(there)

    return {"version": case.version, "now": now}


@listed("cases:cases", gettext_lazy("Cases"), Permission.CASE_VIEW, kind=Case.KIND)
def cases_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the cases that the viewer's organisation works on, or were released to it."""
    search = filters.Search(**filters.CaseFilters(given).values)
    page = queries.worklist(viewer, search, given)
    return presenters.cases_table(
        page,
        search,
        may_open=viewer.may(Permission.CASE_WORK),
        numbers=chips(viewer, Case.KIND, [case.pk for case in page.rows]),
    )


@requires(Permission.CASE_VIEW)
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases of the viewer's organisation, and those released to it; and how far they came."""
    viewer = viewer_of(request)
    context = {
        "table": cases_table(request),
        "funnel": presenters.funnel_bars(queries.funnel(viewer)),
        "may_open": viewer.may(Permission.CASE_WORK),
    }
    return render(request, "cases/work/cases.html", context)


@requires(Permission.CASE_VIEW)
def case(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one case; asks for the reason once in a session."""
    found = found_or_404(Case, id)
    return record_page(request, found, "cases/work/case.html", read=sheet, show=presenters.sheet_context)


@requires(Permission.CASE_WORK)
def new(request: HttpRequest) -> HttpResponse:
    """Open a case, from nothing or from a report of the desk."""
    viewer = viewer_of(request)
    initial = {"lead": str(viewer.person.pk) if viewer.person else "", "report": request.GET.get("report", "")[:9]}

    def do(form: Any) -> Case:
        given = form.cleaned_data
        return actions.open_case(
            viewer,
            form.reason,
            reference=given["reference"],
            lead=form.chosen_lead,
            urgent=given["urgent"],
            reports=[original_of(viewer, given["report"])] if given["report"] else [],
            silent_until=given["silent_until"],
        )

    return decide(
        request,
        title=_("Open a case"),
        subject=None,
        crumbs=[(_("Cases"), reverse("cases:cases"))],
        back=reverse("cases:cases"),
        submit=_("Open the case"),
        text=_("From a report, what it says of suspects comes along, and its sender learns of the case."),
        form=partial(NewCaseForm, leads=actions.leads(viewer), initial=initial),
        do=do,
        then=at,
        done=results.opened,
    )


@requires(Permission.CASE_WORK)
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change journal number, lead and urgency."""
    viewer = viewer_of(request)
    found = own_or_404(Case, id)
    initial = {"reference": found.reference, "lead": str(found.lead_id), "urgent": found.urgent}
    return decide(
        request,
        **about(found),
        **overtakable(found),
        title=_("Change the case"),
        submit=_("Save"),
        form=partial(CaseForm, leads=actions.leads(viewer), initial=initial),
        do=lambda form, seen: actions.edit(
            viewer,
            form.reason,
            found,
            version=seen,
            reference=form.cleaned_data["reference"],
            lead=form.chosen_lead,
            urgent=form.cleaned_data["urgent"],
        ),
        done=partial(results.edited, found),
    )


@requires(Permission.CASE_WORK)
def move(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Move the case to another state."""
    found = own_or_404(Case, id)
    wanted = actions.move_of(event)
    if wanted is None:
        raise Http404
    return decide(
        request,
        **about(found),
        **overtakable(found),
        title=str(labels.EVENTS[wanted]),
        submit=str(labels.EVENTS[wanted]),
        text=_("A case is closed with an outcome that ends it.") if event == "close" else "",
        form=WorkForm,
        do=lambda form, seen: actions.move(viewer_of(request), form.reason, found, wanted, version=seen),
        done=partial(results.moved, found, wanted),
    )


keep = keep_view(
    Permission.CASE_WORK,
    Case,
    about,
    title=gettext_lazy("Keep this case longer"),
    text=gettext_lazy("Every case has an end date. Say until when this one is still needed, and why."),
)

erase = erase_view(
    Permission.CASE_ERASE,
    Case,
    about,
    title=gettext_lazy("Erase this case"),
    text=gettext_lazy(
        "The case, all that hangs on it and all that it absorbed are erased and cannot be brought back. The "
        "ledger keeps that it was there, the statistics keep their numbers, and every recipient has to "
        "acknowledge."
    ),
    then="cases:cases",
)
