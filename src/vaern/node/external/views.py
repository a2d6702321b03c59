"""The pages by which external identifiers of a record are added, corrected, withdrawn and put back, of any kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.external import actions, kinds, labels, queries
from vaern.node.external.forms import ExternalForm, WithdrawForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Definitions, Link
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404
from vaern.node.web.results import SLIP, Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from vaern.node.external.kinds import Carrier
    from vaern.node.external.models import ExternalIdentifier
    from vaern.node.external.queries import Line
    from vaern.node.organisations.rules import Permission


def addresses(kind: str, base: str, work: Permission) -> list[URLPattern]:
    """Return the addresses of a kind of record, for its app's own.

    Args:
        kind: the model's `KIND`.
        base: the address of one, without the slash behind it: `cases/<uuid:id>`.
        work: what somebody needs who changes something.
    """

    @requires(work)
    def add(request: HttpRequest, **at: Any) -> HttpResponse:
        return _add(request, _own_or_404(kind, at))

    @requires(work)
    def correct(request: HttpRequest, identifier: UUID, **at: Any) -> HttpResponse:
        return _correct(request, _own_or_404(kind, at), identifier)

    @requires(work)
    def withdraw(request: HttpRequest, identifier: UUID, **at: Any) -> HttpResponse:
        return _withdraw(request, _own_or_404(kind, at), identifier)

    @requires(work)
    def restore(request: HttpRequest, identifier: UUID, **at: Any) -> HttpResponse:
        return _restore(request, _own_or_404(kind, at), identifier)

    one = f"{base}/external/<uuid:identifier>"
    return [
        path(f"{base}/external/add/", add, name="add-external"),
        path(f"{one}/correct/", correct, name="correct-external"),
        path(f"{one}/withdraw/", withdraw, name="withdraw-external"),
        path(f"{one}/restore/", restore, name="restore-external"),
    ]


def _own_or_404(kind: str, at: Mapping[str, Any]) -> Carrier:
    """Return what an address is about, of the viewer's own organisation.

    Raises:
        Http404: there is none, or it is another organisation's.
    """
    known = kinds.of(kind)
    found: Carrier = known.part.find(**at) if known.part else own_or_404(known.model, **at)
    return found


def _add(request: HttpRequest, record: Carrier) -> HttpResponse:
    return decide(
        request,
        **_about(record),
        title=_("Add an external identifier"),
        submit=_("Add"),
        text=_("What another system calls this. It is noted as it stands there, and never guessed."),
        form=ExternalForm,
        do=lambda form: actions.add(viewer_of(request), form.reason, record, form.given),
        done=lambda row: Result(
            _(
                "An identifier of %(system)s stands on %(record)s now: searches find it, and exports carry it as "
                "you chose."
            )
            % _named(record, row),
            Undo(_at(request, "withdraw", record, row), {"because": SLIP}),
        ),
    )


def _correct(request: HttpRequest, record: Carrier, identifier: UUID) -> HttpResponse:
    line = _line_or_404(request, record, identifier, withdrawn=False)

    def now() -> tuple[object, object]:
        there = _line_or_404(request, record, identifier)
        return there.row.version, _says(there)

    return decide(
        request,
        **_about(record, line),
        title=_("Correct an external identifier"),
        submit=_("Correct"),
        text=_("How it stood before is kept in its history."),
        version=line.row.version,
        now=now,
        form=partial(ExternalForm, line=line),
        do=lambda form, seen: actions.correct(
            viewer_of(request),
            form.reason,
            record,
            identifier,
            form.given,
            seen,
        ),
        done=lambda row: (
            _("The identifier of %(system)s on %(record)s is corrected. How it stood before is in its history.")
            % _named(record, row)
        ),
    )


def _withdraw(request: HttpRequest, record: Carrier, identifier: UUID) -> HttpResponse:
    line = _line_or_404(request, record, identifier, withdrawn=False)
    return decide(
        request,
        **_about(record, line),
        title=_("Withdraw an external identifier"),
        submit=_("Withdraw"),
        danger=True,
        text=_("It is found and exported no more. It stays in the history, and can be put back."),
        form=WithdrawForm,
        do=lambda form: actions.withdraw(
            viewer_of(request), form.reason, record, identifier, form.cleaned_data["because"]
        ),
        done=lambda row: Result(
            _("The identifier of %(system)s on %(record)s is withdrawn: searches and exports leave it out from now on.")
            % _named(record, row),
            Undo(_at(request, "restore", record, row)),
        ),
    )


def _restore(request: HttpRequest, record: Carrier, identifier: UUID) -> HttpResponse:
    line = _line_or_404(request, record, identifier)
    return decide(
        request,
        **_about(record, line),
        title=_("Put an external identifier back"),
        submit=_("Put back"),
        text=_("It counts again: it is found, and exported."),
        form=PlainReasonForm,
        do=lambda form: actions.restore(viewer_of(request), form.reason, record, identifier),
        done=lambda row: Result(
            _("The identifier of %(system)s counts on %(record)s again: it is found, and exported as was chosen.")
            % _named(record, row),
            Undo(_at(request, "withdraw", record, row), {"because": SLIP}),
        ),
    )


def _named(record: Carrier, row: ExternalIdentifier) -> dict[str, str]:
    """Return what a sentence says of an identifier: its system and its record, and not the identifier itself."""
    return {"system": labels.system(row.system), "record": str(record)}


def _at(request: HttpRequest, act: str, record: Carrier, row: ExternalIdentifier) -> str:
    """Return the address of an act on an identifier, in the app of the page that was asked for."""
    assert request.resolver_match is not None
    return reverse(
        f"{request.resolver_match.app_name}:{act}-external", args=[*kinds.of(record.KIND).at(record), row.pk]
    )


def _line_or_404(request: HttpRequest, record: Carrier, id: UUID, *, withdrawn: bool | None = None) -> Line:
    lines = (line for line in queries.lines(viewer_of(request), record) if line.row.pk == id)
    return or_404(next((line for line in lines if withdrawn in (None, line.row.withdrawn_at is not None)), None))


def _says(line: Line) -> str:
    return f"{labels.system(line.row.system)} {line.written.value if line.written else ''}".strip()


def _about(record: Carrier, line: Line | None = None) -> dict[str, Any]:
    """Return what `decide` says of the record, and of the identifier of it that it is about."""
    kind = kinds.of(record.KIND)
    crumbs = kind.crumbs(record)
    back = crumbs[-1][1]
    facts: list[tuple[object, object]] = [(kind.page.label, Link(str(record), back))]
    if line is not None:
        facts.append((_("External identifier"), _says(line)))
    return {"subject": Definitions(facts), "crumbs": crumbs, "back": f"{back}#external"}
