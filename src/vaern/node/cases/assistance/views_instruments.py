"""Pages about the table of instruments, and the router that anybody with assistance in their work may try."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import instrument_actions, instrument_queries, presenting_instruments
from vaern.node.cases.assistance.asking import ask
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms import PartyForm, RouterForm, VerifyForm
from vaern.node.cases.assistance.instrument_queries import Chosen
from vaern.node.cases.assistance.records import Basis, DataKind, Party
from vaern.node.cases.assistance.router import Question
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.cases.models import InstrumentRow
    from vaern.node.organisations.viewers import Viewer


@requires(Permission.ASSISTANCE_VIEW)
def router(request: HttpRequest) -> HttpResponse:
    """Answer which instrument reaches whom."""
    viewer, book = viewer_of(request), current()
    own = viewer.organisation.member.code if viewer.organisation.member else ""
    asked = "holder" in request.GET
    initial = {"requesting": own, "on": timezone.localdate()}
    form = RouterForm(request.GET if asked else None, book=book, initial=initial)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        given = form.cleaned_data
        question = Question(
            given["requesting"], given["holder"], DataKind(given["data"]), given["on"], urgent=given["urgent"],
            preserved=given["preserved"], cybertip=given["cybertip"], dual=form.both_sides,
        )  # fmt: skip
        found, book = instrument_queries.routed(viewer, question)
        context["route"] = presenting_instruments.route_context(found, book, {})
    return render(request, "cases/assistance/router.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> Chosen:
    given = request.GET
    table = given.get("table", "")
    return Chosen(
        table=table if table in {"treaty", "instrument", "party"} else "", country=given.get("country", "")[:2],
        treaty=given.get("treaty", "")[:20], unverified=given.get("verified") == "no",
    )  # fmt: skip


@requires(Permission.ASSISTANCE_VIEW)
def rows(request: HttpRequest) -> HttpResponse:
    """Show the table."""
    viewer, chosen = viewer_of(request), _chosen(request)
    table = presenting_instruments.rows_table(instrument_queries.rows(viewer, chosen), current(), chosen)
    may_verify = viewer.may(Permission.INSTRUMENT_VERIFY)
    context = {"table": table, "may_verify": may_verify, "query": request.GET.urlencode()}
    return render(request, "cases/assistance/instruments.html", context)


@requires(Permission.ASSISTANCE_VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """Give the rows that were chosen as CSV."""
    text = instrument_queries.exported(viewer_of(request), _chosen(request))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="instruments.csv"'
    return response


def row_or_404(id: int) -> InstrumentRow:
    """Return one version of a row; the table is everybody's who works with it."""
    found = instrument_queries.find(id)
    if found is None:
        raise Http404
    return found


def _at(row: InstrumentRow) -> str:
    return reverse("cases:instrument-row", args=[row.pk])


@requires(Permission.ASSISTANCE_VIEW)
def row(request: HttpRequest, id: int) -> HttpResponse:
    """Show every version of a row, and who verified which."""
    found = row_or_404(id)
    context = presenting_instruments.row_context(instrument_queries.versions(found), current(), viewer_of(request))
    return render(request, "cases/assistance/row.html", context)


@requires(Permission.INSTRUMENT_VERIFY)
def verify(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a row agrees with a document."""
    found = row_or_404(id)
    return ask(
        request, VerifyForm(request.POST or None),
        lambda viewer, form: instrument_actions.verify(viewer, form.reason, found, form.cleaned_data["document"]),
        title=_("Verify %(key)s") % {"key": found.key}, submit=_("It agrees"), back=_at(found),
        text=_("You have compared this version with the document that you name. Your name stands beside it."),
    )  # fmt: skip


@requires(Permission.INSTRUMENT_VERIFY)
def correct(request: HttpRequest, id: int) -> HttpResponse:
    """Record the next version of a country's row."""
    found = row_or_404(id)
    if found.table != "party":
        raise Http404
    content = found.content
    reservation = content.get("reservation") or {}
    initial = {
        "bound": content.get("bound", True), "since": date.fromisoformat(content["since"]),
        "until": date.fromisoformat(content["until"]) if content.get("until") else None,
        "reservation_en": reservation.get("en", ""), "reservation_da": reservation.get("da", ""),
        "source": content["source"],
    }  # fmt: skip
    form = PartyForm(request.POST or None, book=current(), fixed=True, initial=initial)
    return ask(
        request, form, lambda viewer, form: instrument_actions.correct(viewer, form.reason, found, **form.change),
        title=_("Correct %(key)s") % {"key": found.key}, submit=_("Record the next version"),
        back=reverse("cases:instruments"),
        text=_("The old version stays as it was. Requests that were sent keep what they rest on."),
    )  # fmt: skip


@requires(Permission.INSTRUMENT_VERIFY)
def add(request: HttpRequest) -> HttpResponse:
    """Record that a country is bound by a treaty, or stays out of it."""

    def do(viewer: Viewer, form: Any) -> object:
        given = {**form.change, "basis": Basis.READ}
        party = Party(country=form.cleaned_data["country"], treaty=form.cleaned_data["treaty"], **given)
        return instrument_actions.add_party(viewer, form.reason, party)

    return ask(
        request, PartyForm(request.POST or None, book=current()), do, title=_("Add a row"), submit=_("Add"),
        back=reverse("cases:instruments"),
        text=_("A country that the table says nothing of. The row is unverified until somebody verifies it."),
    )  # fmt: skip
