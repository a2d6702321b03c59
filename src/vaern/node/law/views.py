"""Pages of registers and rows of law, and the actions of those who maintain them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.law import actions, presenters, queries
from vaern.node.law.forms import LawForm, VerifyForm, VerifyListForm
from vaern.node.law.queries import Chosen
from vaern.node.law.registers import find, table_of
from vaern.node.law.registers import registers as all_registers
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lists import list_page
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.law.models import LawRow
    from vaern.node.law.registers import Register


@requires(Permission.LAW_VIEW)
def registers(request: HttpRequest) -> HttpResponse:
    """Show which registers of law there are."""
    return list_page(
        request,
        title=_("Law"),
        lead=_(
            "Each row has its source and its days. A person compares it with that source; a correction is the next "
            "version."
        ),
        table=presenters.registers_table(all_registers()),
    )


@requires(Permission.LAW_VIEW)
def rows(request: HttpRequest, register: str) -> HttpResponse:
    """Show a register."""
    viewer, found = viewer_of(request), _register_or_404(register)
    chosen = _chosen(request, found)
    listed = queries.rows(viewer, found, chosen)
    return render(request, "law/rows.html", presenters.rows_context(viewer, found, listed, chosen))


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
    return render(request, "law/row.html", presenters.row_context(queries.versions(found), viewer_of(request)))


@requires(Permission.LAW_KEEP)
def verify(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a row agrees with a document."""
    found = _row_or_404(id)
    return decide(
        request,
        **presenters.about(found),
        title=_("Verify"),
        submit=_("It agrees"),
        text=_("You have compared this version with the document that you name. Your name stands beside it."),
        form=VerifyForm,
        do=lambda form: actions.verify(viewer_of(request), form.reason, found, form.cleaned_data["document"]),
        done=Result(
            _("Version %(n)s of row %(row)s is verified, with your name and the document that you read.")
            % {"n": found.version, "row": found.key},
            then=_unverified(found),
        ),
    )


@requires(Permission.LAW_KEEP)
def verify_list(request: HttpRequest, register: str) -> HttpResponse:
    """Say that all of the chosen rows agree with one document."""
    viewer, found = viewer_of(request), _register_or_404(register)
    chosen = _chosen(request, found)
    shown, left = queries.to_verify(viewer, found, chosen)
    own = ngettext(
        "%(count)s row that you recorded yourself is left to somebody else.",
        "%(count)s rows that you recorded yourself are left to somebody else.",
        left,
    )
    text = _("You have compared each of these rows with the document that you name. Your name stands beside each.")

    def do(form: Any) -> int:
        given = form.cleaned_data
        return actions.verify_list(viewer, form.reason, found, given["shown"], given["document"])

    return decide(
        request,
        title=_("Verify a whole list"),
        subject=found.title,
        crumbs=presenters.crumbs(found),
        back=f"{reverse('law:rows', args=[found.code])}?{presenters.query_of(chosen)}",
        submit=_("All of it agrees"),
        text=text + (" " + own % {"count": left} if left else ""),
        shown=presenters.to_verify_table(shown),
        form=partial(VerifyListForm, initial={"shown": ",".join(str(one.row.pk) for one in shown)}),
        do=do,
        done=lambda count: (
            ngettext(
                "%(count)s row of %(register)s is verified, with your name and the document that you read.",
                "%(count)s rows of %(register)s are verified, with your name and the document that you read.",
                count,
            )
            % {"count": count, "register": found.title}
        ),
    )


def _unverified(row: LawRow) -> Button:
    """Return the way to what is left to verify in the table of a row."""
    register, table = table_of(row.table)
    query = urlencode({"table": table.code, "verified": "no"})
    return Button(_("Rows that nobody verified"), f"{reverse('law:rows', args=[register.code])}?{query}")


@requires(Permission.LAW_KEEP)
def correct(request: HttpRequest, id: int) -> HttpResponse:
    """Record the next version of a row."""
    found = _row_or_404(id)
    table = table_of(found.table)[1]
    if table.form is None:
        raise Http404
    return decide(
        request,
        **presenters.about(found),
        title=_("Correct"),
        submit=_("Record the next version"),
        text=_("The old version stays as it was. What rests on it keeps what it rests on."),
        form=partial(table.form, content=table.read(found.content)),
        do=lambda form: actions.correct(viewer_of(request), form.reason, found, **form.change),
        then=presenters.at,
        done=lambda made: (
            _("Version %(n)s of row %(row)s counts from now on. Somebody else verifies it next.")
            % {"n": made.version, "row": made.key}
        ),
    )


@requires(Permission.LAW_KEEP)
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Record that a row says nothing any more."""
    found = _row_or_404(id)
    return decide(
        request,
        **presenters.about(found),
        title=_("Withdraw"),
        submit=_("Withdraw"),
        danger=True,
        text=_("The row is asked no more. What it said stays, and what rests on it keeps what it rests on."),
        form=LawForm,
        do=lambda form: actions.withdraw(viewer_of(request), form.reason, found),
        then=presenters.at,
        done=_("Row %(row)s is asked no more. What rests on it keeps what it rests on; add it anew to have it again.")
        % {"row": found.key},
    )


@requires(Permission.LAW_KEEP)
def add(request: HttpRequest, register: str, table: str) -> HttpResponse:
    """Record a row of which a table says nothing yet."""
    found = _register_or_404(register)
    kind = next((one for one in found.tables if one.code == table and one.form is not None), None)
    if kind is None or kind.form is None:
        raise Http404
    return decide(
        request,
        title=_("Add a row"),
        subject=kind.label,
        crumbs=presenters.crumbs(found),
        back=f"{reverse('law:rows', args=[found.code])}?table={kind.code}",
        submit=_("Add"),
        text=_("A row of which the table says nothing yet. It is unverified until somebody else verifies it."),
        form=kind.form,
        do=lambda form: (
            actions.add(viewer_of(request), form.reason, kind.code, kind.shape(**form.change)),
            form.reason.why,
        ),
        then=lambda made: presenters.at(made[0]),
        done=lambda made: Result(
            _("Row %(row)s is in the table and counts from now on. Somebody else verifies it next.")
            % {"row": made[0].key},
            Undo(reverse("law:withdraw", args=[made[0].pk]), {"why": made[1].value}),
        ),
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
