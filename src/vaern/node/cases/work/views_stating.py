"""What people write down in a case: persons, statements, identifiers, tasks, links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.models import Held, Link, Party, Statement, Task
from vaern.node.cases.work import actions, identifying, linking, queries, stating
from vaern.node.cases.work.asking import ask
from vaern.node.cases.work.changing import CaseError
from vaern.node.cases.work.forms import CategoryForm, IdentifierForm, LinkForm, PartyForm, StatementForm, TaskForm
from vaern.node.cases.work.people import Category
from vaern.node.cases.work.saying import Nature
from vaern.node.cases.work.whole import whole
from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.bulk import original_of
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer


def row_or_404(model: Any, case: Case, id: Any) -> Any:
    """Return a row of a case, or of one that it absorbed."""
    found = model.everywhere.filter(pk=id, case__in=whole(case)).first()
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, id: UUID) -> Case:
    return queries.own_or_404(viewer_of(request), id)


@requires(Permission.CASE_WORK)
def add_party(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add somebody by the reference in one's own register."""
    case = _own(request, id)
    return ask(
        request,
        case,
        PartyForm(request.POST or None),
        lambda viewer, form: stating.add_party(viewer, form.reason, case, form.chosen, form.cleaned_data["reference"]),
        title=_("Add a person"),
        submit=_("Add"),
        text=_("This system knows nobody by name: who it is stands in your own register."),
    )


@requires(Permission.CASE_WORK)
def category(request: HttpRequest, id: UUID, party: UUID) -> HttpResponse:
    """Put somebody into another category."""
    case = _own(request, id)
    row = row_or_404(Party, case, party)
    return ask(
        request,
        case,
        CategoryForm(request.POST or None, initial={"category": row.category}),
        lambda viewer, form: stating.change_category(
            viewer, form.reason, case, row, Category(form.cleaned_data["category"])
        ),
        title=_("Change the category of %(person)s") % {"person": row},
        submit=_("Change"),
    )


@requires(Permission.CASE_WORK)
def erase_party(request: HttpRequest, id: UUID, party: UUID) -> HttpResponse:
    """Erase somebody who does not belong here."""
    case = _own(request, id)
    row = row_or_404(Party, case, party)
    return ask(
        request,
        case,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: stating.erase_party(viewer, form.reason, case, row),
        title=_("Erase %(person)s") % {"person": row},
        submit=_("Erase"),
        danger=True,
        text=_("Statements and identifiers stay, without the person."),
    )


@requires(Permission.CASE_WORK)
def add_statement(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a statement."""
    return _statement(request, _own(request, id), None, _("Add a statement"))


@requires(Permission.CASE_WORK)
def correct(request: HttpRequest, id: UUID, statement: UUID) -> HttpResponse:
    """Correct a statement by a further one."""
    case = _own(request, id)
    row = row_or_404(Statement, case, statement)
    return _statement(request, case, row, _("Correct statement %(n)s") % {"n": row.number})


def _statement(request: HttpRequest, case: Case, corrects: Statement | None, title: str) -> HttpResponse:
    parties = list(Party.everywhere.filter(case__in=whole(case)).order_by("number"))
    form = StatementForm(request.POST or None, parties=parties)
    return ask(
        request,
        case,
        form,
        lambda viewer, form: stating.state(
            viewer,
            form.reason,
            case,
            Nature(form.cleaned_data["nature"]),
            form.cleaned_data["text"],
            corrects=corrects,
            **form.marks,
        ),
        title=title,
        submit=_("Add"),
        text=_("The earlier statement stays, marked as corrected.") if corrects else "",
    )


@requires(Permission.CASE_WORK)
def add_identifier(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add an identifier."""
    case = _own(request, id)
    parties = list(Party.everywhere.filter(case=case).order_by("number"))
    return ask(
        request,
        case,
        IdentifierForm(request.POST or None, parties=parties),
        lambda viewer, form: identifying.add(
            viewer, form.reason, case, form.identifier, form.parties.get(form.cleaned_data["party"])
        ),
        title=_("Add an identifier"),
        submit=_("Add"),
        text=_("It is sealed, and compared with those of other cases and organisations without being shown to them."),
    )


@requires(Permission.CASE_WORK)
def remove_identifier(request: HttpRequest, id: UUID, held: UUID) -> HttpResponse:
    """Take out an identifier that does not belong here."""
    case = _own(request, id)
    row = row_or_404(Held, case, held)
    return ask(
        request,
        case,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: identifying.remove(viewer, form.reason, case, row),
        title=_("Remove the identifier"),
        submit=_("Remove"),
        danger=True,
        text=_("It is erased, and compared no longer."),
    )


@requires(Permission.CASE_WORK)
def add_task(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add something to do."""
    viewer, case = viewer_of(request), _own(request, id)
    initial = {"owner": str(viewer.person.pk) if viewer.person else ""}
    return ask(
        request,
        case,
        TaskForm(request.POST or None, leads=actions.leads(viewer), initial=initial),
        lambda viewer, form: stating.add_task(
            viewer, form.reason, case, form.cleaned_data["text"], form.chosen_owner, form.cleaned_data["due_on"]
        ),
        title=_("Add a task"),
        submit=_("Add"),
    )


@requires(Permission.CASE_WORK)
def task(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Give a task another owner or day."""
    case = _own(request, id)
    row = row_or_404(Task, case, task)
    initial = {"owner": str(row.owner_id), "due_on": row.due_on}
    form = TaskForm(request.POST or None, leads=actions.leads(viewer_of(request)), text=False, initial=initial)
    return ask(
        request,
        case,
        form,
        lambda viewer, form: stating.move_task(
            viewer, form.reason, case, row, form.chosen_owner, form.cleaned_data["due_on"]
        ),
        title=_("Task %(n)s: owner or day") % {"n": row.number},
        submit=_("Save"),
    )


@requires(Permission.CASE_WORK)
def task_done(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Say that a task is done."""
    case = _own(request, id)
    row = row_or_404(Task, case, task)
    return ask(
        request,
        case,
        WorkForm(request.POST or None),
        lambda viewer, form: stating.finish_task(viewer, form.reason, case, row),
        title=_("Task %(n)s is done") % {"n": row.number},
        submit=_("Done"),
    )


@requires(Permission.CASE_WORK)
def link(request: HttpRequest, id: UUID) -> HttpResponse:
    """Link the case with a report, a series or another case."""
    case = _own(request, id)
    initial = {"kind": "report", "code": request.GET.get("report", "")[:9]}
    return ask(
        request,
        case,
        LinkForm(request.POST or None, initial=initial),
        partial(_link, case),
        title=_("Link the case"),
        submit=_("Link"),
        text=_("The sender of a report is told that it joined a case. A series or a case learns nothing of it."),
    )


def _link(case: Case, viewer: Viewer, form: Any) -> None:
    code, kind = form.cleaned_data["code"], form.cleaned_data["kind"]
    if kind == "report":
        try:
            report = original_of(viewer, code)
        except Refusal as error:
            raise CaseError(str(error)) from None
        linking.join_report(viewer, form.reason, case, report)
    elif kind == "series":
        series = Series.objects.filter(code=code.strip().upper()).first() if code.isprintable() else None
        if series is None or not viewer.may(Permission.SERIES_VIEW):
            raise CaseError(_("There is no such series that you may see."))
        linking.link_series(viewer, form.reason, case, series)
    else:
        other = queries.by_code(viewer, code)
        if other is None:
            raise CaseError(_("There is no such case of your organisation."))
        linking.link_case(viewer, form.reason, case, other)


@requires(Permission.CASE_WORK)
def unlink(request: HttpRequest, id: UUID, link: int) -> HttpResponse:
    """End a link."""
    case = _own(request, id)
    row = row_or_404(Link, case, link)
    return ask(
        request,
        case,
        WorkForm(request.POST or None),
        lambda viewer, form: linking.unlink(viewer, form.reason, case, row),
        title=_("End the link"),
        submit=_("End the link"),
        text=_("What was told because of it stays told. Identifiers that came along stay in the case."),
    )
