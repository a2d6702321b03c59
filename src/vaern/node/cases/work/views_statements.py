"""What people write down in a case: persons, statements, identifiers, tasks, links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.subjects import about
from vaern.node.cases.models import Case, Held, Link, Party, Statement, Task
from vaern.node.cases.rules.gradings import Nature
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import actions, identifiers, links, queries, results, statements
from vaern.node.cases.work.forms import CategoryForm, IdentifierForm, LinkForm, PartyForm, StatementForm, TaskForm
from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.bulk import original_of
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer


@requires(Permission.CASE_WORK)
def add_party(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add somebody by the reference in one's own register."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Add a person"),
        submit=_("Add"),
        text=_("This system knows nobody by name: who it is stands in your own register."),
        form=PartyForm,
        do=lambda form: statements.add_party(
            viewer_of(request), form.reason, case, form.chosen, form.cleaned_data["reference"]
        ),
        done=results.party_added,
    )


@requires(Permission.CASE_WORK)
def category(request: HttpRequest, id: UUID, party: UUID) -> HttpResponse:
    """Put somebody into another category."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Party, case, party))
    return decide(
        request,
        **about(case),
        title=_("Change the category of %(person)s") % {"person": row},
        submit=_("Change"),
        form=partial(CategoryForm, initial={"category": row.category}),
        do=lambda form: statements.change_category(
            viewer_of(request), form.reason, case, row, Category(form.cleaned_data["category"])
        ),
        done=partial(results.category_changed, case, Category(row.category)),
    )


@requires(Permission.CASE_WORK)
def erase_party(request: HttpRequest, id: UUID, party: UUID) -> HttpResponse:
    """Erase somebody who does not belong here."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Party, case, party))
    return decide(
        request,
        **about(case),
        title=_("Erase %(person)s") % {"person": row},
        submit=_("Erase"),
        danger=True,
        text=_("Statements and identifiers stay, without the person."),
        form=PlainReasonForm,
        do=lambda form: statements.erase_party(viewer_of(request), form.reason, case, row),
        done=_("%(person)s is erased from the case. Statements and identifiers stay, without the person.")
        % {"person": row},
    )


@requires(Permission.CASE_WORK)
def add_statement(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a statement."""
    return _statement(request, own_or_404(Case, id), None, _("Add a statement"))


@requires(Permission.CASE_WORK)
def correct(request: HttpRequest, id: UUID, statement: UUID) -> HttpResponse:
    """Correct a statement by a further one."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Statement, case, statement))
    return _statement(request, case, row, _("Correct statement %(n)s") % {"n": row.number})


def _statement(request: HttpRequest, case: Case, corrects: Statement | None, title: str) -> HttpResponse:
    parties = queries.parties_of(whole(case))
    return decide(
        request,
        **about(case),
        title=title,
        submit=_("Add"),
        text=_("The earlier statement stays, marked as corrected.") if corrects else "",
        form=partial(StatementForm, parties=parties),
        do=lambda form: statements.state(
            viewer_of(request),
            form.reason,
            case,
            Nature(form.cleaned_data["nature"]),
            form.cleaned_data["text"],
            corrects=corrects,
            **form.marks,
        ),
        done=results.stated,
    )


@requires(Permission.CASE_WORK)
def add_identifier(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add an identifier."""
    case = own_or_404(Case, id)
    parties = queries.parties_of([case])
    return decide(
        request,
        **about(case),
        title=_("Add an identifier"),
        submit=_("Add"),
        text=_("It is sealed, and compared with those of other cases and organisations without being shown to them."),
        form=partial(IdentifierForm, parties=parties),
        do=lambda form: identifiers.add(
            viewer_of(request), form.reason, case, form.identifier, form.parties.get(form.cleaned_data["party"])
        ),
        done=_("The identifier is in the case, sealed. If somebody else holds the same, it stands under Matches."),
    )


@requires(Permission.CASE_WORK)
def remove_identifier(request: HttpRequest, id: UUID, held: UUID) -> HttpResponse:
    """Take out an identifier that does not belong here."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Held, case, held))
    return decide(
        request,
        **about(case),
        title=_("Remove the identifier"),
        submit=_("Remove"),
        danger=True,
        text=_("It is erased, and compared no longer."),
        form=PlainReasonForm,
        do=lambda form: identifiers.remove(viewer_of(request), form.reason, case, row),
        done=_("The identifier is erased from the case, and compared no longer."),
    )


@requires(Permission.CASE_WORK)
def add_task(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add something to do."""
    viewer, case = viewer_of(request), own_or_404(Case, id)
    initial = {"owner": str(viewer.person.pk) if viewer.person else ""}
    return decide(
        request,
        **about(case),
        title=_("Add a task"),
        submit=_("Add"),
        form=partial(TaskForm, leads=actions.leads(viewer), initial=initial),
        do=lambda form: statements.add_task(
            viewer, form.reason, case, form.cleaned_data["text"], form.chosen_owner, form.cleaned_data["due_on"]
        ),
        done=results.task_added,
    )


@requires(Permission.CASE_WORK)
def task(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Give a task another owner or day."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Task, case, task))
    initial = {"owner": str(row.owner_id), "due_on": row.due_on}
    return decide(
        request,
        **about(case),
        title=_("Task %(n)s: owner or day") % {"n": row.number},
        submit=_("Save"),
        form=partial(TaskForm, leads=actions.leads(viewer_of(request)), text=False, initial=initial),
        do=lambda form: statements.move_task(
            viewer_of(request), form.reason, case, row, form.chosen_owner, form.cleaned_data["due_on"]
        ),
        done=partial(results.task_moved, case, (str(row.owner_id), row.due_on)),
    )


@requires(Permission.CASE_WORK)
def task_done(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Say that a task is done."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Task, case, task))
    return decide(
        request,
        **about(case),
        title=_("Task %(n)s is done") % {"n": row.number},
        submit=_("Done"),
        form=WorkForm,
        do=lambda form: statements.finish_task(viewer_of(request), form.reason, case, row),
        done=partial(results.task_done, case),
    )


@requires(Permission.CASE_WORK)
def task_open(request: HttpRequest, id: UUID, task: UUID) -> HttpResponse:
    """Say that a task is not done after all."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Task, case, task))
    return decide(
        request,
        **about(case),
        title=_("Task %(n)s is to be done again") % {"n": row.number},
        submit=_("Open again"),
        form=WorkForm,
        do=lambda form: statements.reopen_task(viewer_of(request), form.reason, case, row),
        done=partial(results.task_reopened, case),
    )


@requires(Permission.CASE_WORK)
def link(request: HttpRequest, id: UUID) -> HttpResponse:
    """Link the case with a report, a series or another case."""
    case = own_or_404(Case, id)
    initial = {"kind": "report", "code": request.GET.get("report", "")[:9]}
    return decide(
        request,
        **about(case),
        title=_("Link the case"),
        submit=_("Link"),
        text=_("The sender of a report is told that it joined a case. A series or a case learns nothing of it."),
        form=partial(LinkForm, initial=initial),
        do=partial(_link, viewer_of(request), case),
        done=results.linked,
    )


def _link(viewer: Viewer, case: Case, form: Any) -> Link:
    code, kind = form.cleaned_data["code"], form.cleaned_data["kind"]
    if kind == "report":
        return links.join_report(viewer, form.reason, case, original_of(viewer, code))
    if kind == "series":
        series = queries.series_by_code(viewer, code)
        if series is None:
            raise Refusal(_("There is no such series that you may see."))
        return links.link_series(viewer, form.reason, case, series)
    other = queries.by_code(viewer, code)
    if other is None:
        raise Refusal(_("There is no such case of your organisation."))
    return links.link_case(viewer, form.reason, case, other)


@requires(Permission.CASE_WORK)
def unlink(request: HttpRequest, id: UUID, link: int) -> HttpResponse:
    """End a link."""
    case = own_or_404(Case, id)
    row = or_404(queries.row_of(Link, case, link))
    return decide(
        request,
        **about(case),
        title=_("End the link"),
        submit=_("End the link"),
        text=_("What was told because of it stays told. Identifiers that came along stay in the case."),
        form=WorkForm,
        do=lambda form: links.unlink(viewer_of(request), form.reason, case, row),
        done=lambda _gone: results.unlinked(case, row),
    )
