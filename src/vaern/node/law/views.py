"""Pages about rows of law: registers, rows, and what those who keep them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.law import actions, presenting, queries
from vaern.node.law.actions import RowError
from vaern.node.law.forms import LawForm, VerifyForm, VerifyListForm
from vaern.node.law.queries import Chosen
from vaern.node.law.registers import find, table_of
from vaern.node.law.registers import registers as all_registers
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from vaern.node.law.models import LawRow
    from vaern.node.law.registers import LawTable, Register
    from vaern.node.organisations.viewers import Viewer


@requires(Permission.LAW_VIEW)
def registers(request: HttpRequest) -> HttpResponse:
    """Show which registers of law there are."""
    return render(request, "law/registers.html", {"table": presenting.registers_table(all_registers())})


@requires(Permission.LAW_VIEW)
def rows(request: HttpRequest, register: str) -> HttpResponse:
    """Show a register."""
    viewer, found = viewer_of(request), _register_or_404(register)
    chosen = _chosen(request, found)
    listed = queries.rows(viewer, found, chosen)
    return render(request, "law/rows.html", presenting.rows_context(viewer, found, listed, chosen))


@requires(Permission.LAW_VIEW)
def export(request: HttpRequest, register: str) -> HttpResponse:
    """Give the rows that were chosen as CSV."""
    found = _register_or_404(register)
    text = queries.exported(viewer_of(request), found, _chosen(request, found))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return response


@requires(Permission.LAW_VIEW)
def row(request: HttpRequest, id: int) -> HttpResponse:
    """Show every version of a row, and who verified which."""
    found = _row_or_404(id)
    return render(request, "law/row.html", presenting.row_context(queries.versions(found), viewer_of(request)))


@requires(Permission.LAW_KEEP)
def verify(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a row agrees with a document."""
    found = _row_or_404(id)
    return _ask(
        request,
        VerifyForm(request.POST or None),
        lambda viewer, form: actions.verify(viewer, form.reason, found, form.cleaned_data["document"]),
        title=_("Verify"),
        subject=_says(found),
        submit=_("It agrees"),
        back=_at(found),
        text=_("You have compared this version with the document that you name. Your name stands beside it."),
    )


@requires(Permission.LAW_KEEP)
def verify_list(request: HttpRequest, register: str) -> HttpResponse:
    """Say that all of the chosen rows agree with one document."""
    viewer, found = viewer_of(request), _register_or_404(register)
    chosen = _chosen(request, found)
    shown, left = queries.to_verify(viewer, found, chosen)
    form = VerifyListForm(request.POST or None, initial={"shown": ",".join(str(one.row.pk) for one in shown)})
    own = ngettext(
        "%(count)s row that you recorded yourself is left to somebody else.",
        "%(count)s rows that you recorded yourself are left to somebody else.",
        left,
    )
    return _ask(
        request,
        form,
        lambda viewer, form: actions.verify_list(
            viewer, form.reason, found, form.cleaned_data["shown"], form.cleaned_data["document"]
        ),
        title=_("Verify a whole list"),
        submit=_("All of it agrees"),
        shown=presenting.to_verify_table(shown),
        back=f"{reverse('law:rows', args=[found.code])}?{presenting.query_of(chosen)}",
        text=_("You have compared each of these rows with the document that you name. Your name stands beside each.")
        + (" " + own % {"count": left} if left else ""),
    )


@requires(Permission.LAW_KEEP)
def correct(request: HttpRequest, id: int) -> HttpResponse:
    """Record the next version of a row."""
    found = _row_or_404(id)
    table = table_of(found.table)[1]
    if table.form is None:
        raise Http404
    return _ask(
        request,
        table.form(request.POST or None, content=table.read(found.content)),
        lambda viewer, form: actions.correct(viewer, form.reason, found, **form.change),
        title=_("Correct"),
        subject=_says(found),
        submit=_("Record the next version"),
        back=_at(found),
        leads=lambda made: reverse("law:row", args=[made.pk]),
        text=_("The old version stays as it was. What rests on it keeps what it rests on."),
    )


@requires(Permission.LAW_KEEP)
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Record that a row says nothing any more."""
    found = _row_or_404(id)
    return _ask(
        request,
        LawForm(request.POST or None),
        lambda viewer, form: actions.withdraw(viewer, form.reason, found),
        title=_("Withdraw"),
        subject=_says(found),
        submit=_("Withdraw"),
        danger=True,
        back=_at(found),
        leads=lambda made: reverse("law:row", args=[made.pk]),
        text=_("The row is asked no more. What it said stays, and what rests on it keeps what it rests on."),
    )


@requires(Permission.LAW_KEEP)
def add(request: HttpRequest, register: str, table: str) -> HttpResponse:
    """Record a row of which a table says nothing yet."""
    found = _register_or_404(register)
    kind = next((one for one in found.tables if one.code == table and one.form is not None), None)
    if kind is None or kind.form is None:
        raise Http404
    return _ask(
        request,
        kind.form(request.POST or None),
        lambda viewer, form: actions.add(viewer, form.reason, kind.code, kind.shape(**form.change)),
        title=_("Add a row"),
        submit=_("Add"),
        leads=lambda made: reverse("law:row", args=[made.pk]),
        back=f"{reverse('law:rows', args=[found.code])}?table={kind.code}",
        text=_("A row of which the table says nothing yet. It is unverified until somebody else verifies it."),
    )


def _register_or_404(code: str) -> Register:
    found = find(code)
    if found is None:
        raise Http404
    return found


def _row_or_404(id: int) -> LawRow:
    """Return one version of a row; the law is everybody's who works with it."""
    found = queries.find(id)
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest, register: Register) -> Chosen:
    given = request.GET
    table = given.get("table", "")
    return Chosen(
        table=table if table in register.codes else register.codes[0],
        country=given.get("country", "")[:2],
        about=given.get("about", "")[:40],
        unverified=given.get("verified") == "no",
    )


def _at(row: LawRow) -> str:
    return reverse("law:row", args=[row.pk])


def _says(row: LawRow) -> object:
    table: LawTable = table_of(row.table)[1]
    return table.says(table.read(row.content))


def _ask(
    request: HttpRequest,
    form: LawForm,
    do: Callable[[Viewer, Any], Any],
    *,
    title: str,
    submit: str,
    text: str,
    back: str,
    leads: Callable[[Any], str] | None = None,
    **more: Any,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in; then go back, or where what was made is."""
    if request.method == "POST" and form.is_valid():
        try:
            made = do(viewer_of(request), form)
        except RowError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(leads(made) if leads else back)
    context = {"title": title, "text": text, "form": form, "submit": submit, "back": back, **more}
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
