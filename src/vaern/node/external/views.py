"""The pages by which external identifiers of a record are added, corrected, withdrawn and put back, of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from vaern.node.casework import kinds as records
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.external import actions, kinds, labels, queries
from vaern.node.external.actions import ExternalError
from vaern.node.external.forms import ExternalForm, WithdrawForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest
    from django.urls import URLPattern

    from vaern.node.casework.models import Casework
    from vaern.node.external.queries import Line
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.reasons import ReasonForm


def addresses(kind: str, base: str, work: Permission) -> list[URLPattern]:
    """Return the addresses of a kind of record, for its app's own.

    Args:
        kind: the model's `KIND`.
        base: what its addresses begin with: `cases`.
        work: what somebody needs who changes something.
    """

    @requires(work)
    def add(request: HttpRequest, id: UUID) -> HttpResponse:
        return _add(request, kind, id)

    @requires(work)
    def correct(request: HttpRequest, id: UUID, identifier: UUID) -> HttpResponse:
        return _correct(request, kind, id, identifier)

    @requires(work)
    def withdraw(request: HttpRequest, id: UUID, identifier: UUID) -> HttpResponse:
        return _withdraw(request, kind, id, identifier)

    @requires(work)
    def restore(request: HttpRequest, id: UUID, identifier: UUID) -> HttpResponse:
        return _restore(request, kind, id, identifier)

    one = f"{base}/<uuid:id>/external/<uuid:identifier>"
    return [
        path(f"{base}/<uuid:id>/external/add/", add, name="add-external"),
        path(f"{one}/correct/", correct, name="correct-external"),
        path(f"{one}/withdraw/", withdraw, name="withdraw-external"),
        path(f"{one}/restore/", restore, name="restore-external"),
    ]


def _add(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    record = _own_or_404(request, kind, id)
    return _ask(
        request,
        record,
        ExternalForm(request.POST or None),
        lambda viewer, form: actions.add(viewer, form.reason, record, form.given),
        title=_("Add an external identifier"),
        submit=_("Add"),
        text=_("What another system calls this. It is noted as it stands there, and never guessed."),
    )


def _correct(request: HttpRequest, kind: str, id: UUID, identifier: UUID) -> HttpResponse:
    record = _own_or_404(request, kind, id)
    line = _line_or_404(request, record, identifier, withdrawn=False)
    return _ask(
        request,
        record,
        ExternalForm(request.POST or None, line=line),
        lambda viewer, form: actions.correct(
            viewer, form.reason, record, identifier, form.given, form.cleaned_data["version"] or 0
        ),
        title=_("Correct an external identifier"),
        submit=_("Correct"),
        text=_("How it stood before is kept in its history."),
    )


def _withdraw(request: HttpRequest, kind: str, id: UUID, identifier: UUID) -> HttpResponse:
    record = _own_or_404(request, kind, id)
    line = _line_or_404(request, record, identifier, withdrawn=False)
    return _ask(
        request,
        record,
        WithdrawForm(request.POST or None),
        lambda viewer, form: actions.withdraw(viewer, form.reason, record, identifier, form.cleaned_data["because"]),
        title=_("Withdraw an external identifier"),
        submit=_("Withdraw"),
        danger=True,
        subject=_says(line),
        text=_("It is found and exported no more. It stays in the history, and can be put back."),
    )


def _restore(request: HttpRequest, kind: str, id: UUID, identifier: UUID) -> HttpResponse:
    record = _own_or_404(request, kind, id)
    line = _line_or_404(request, record, identifier)
    return _ask(
        request,
        record,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: actions.restore(viewer, form.reason, record, identifier),
        title=_("Put an external identifier back"),
        submit=_("Put back"),
        subject=_says(line),
        text=_("It counts again: it is found, and exported."),
    )


def _own_or_404(request: HttpRequest, kind: str, id: UUID) -> Any:
    """Return a record of the viewer's own organisation; another's, and none, look alike."""
    viewer = viewer_of(request)
    found = kinds.of(kind).find(viewer, id)
    if found is None or found.organisation_id != viewer.organisation.id:
        raise Http404
    return found


def _line_or_404(request: HttpRequest, record: Casework, id: UUID, *, withdrawn: bool | None = None) -> Line:
    for line in queries.lines(viewer_of(request), record):
        if line.row.pk == id and withdrawn in (None, line.row.withdrawn_at is not None):
            return line
    raise Http404


def _says(line: Line) -> str:
    return f"{labels.system(line.row.system)} {line.written.value if line.written else ''}".strip()


def _ask(
    request: HttpRequest, record: Casework, form: ReasonForm, do: Callable[[Viewer, Any], object], **shown: Any
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in; then lead back to the record."""
    kind = records.kind_of(record.subject)
    assert kind is not None
    back = kind.url(record.subject)
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except ExternalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(f"{back}#external")
    context = {"form": form, "back": back, "crumbs": [(str(record), back)], **shown}
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
