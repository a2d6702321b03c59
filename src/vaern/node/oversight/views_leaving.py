"""What leaves the ledger: an export with its proofs, and words that are erased on order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import actions
from vaern.node.oversight.forms import EraseForm, ExportForm
from vaern.node.oversight.rules import Filters
from vaern.node.oversight.sight import Sight

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@requires(Permission.LEDGER_EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Export entries with their proofs and the checkpoint: a file that an outsider checks without us."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "whole_node": sight.whole_node}
        return render(request, "oversight/export.html", context, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    lines = actions.export(
        viewer, sight, Filters(since=data["since"], until=data["until"]), Reason(Why.OVERSIGHT, data["purpose"])
    )
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="vaern-ledger-{day}.ndjson"'
    return response


@requires(Permission.LEDGER_OVERSEE, step_up=True)
def erase_words(request: HttpRequest) -> HttpResponse:
    """Erase the words that were typed with entries, on order; the entries and their proofs stay."""
    viewer = viewer_of(request)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        erased = actions.erase_words(viewer, Sight.of(viewer), data["entries"], data["order"])
        if erased:
            text = ngettext("The words of %(n)s entry are erased.", "The words of %(n)s entries are erased.", erased)
            messages.success(request, text % {"n": erased})
            return HttpResponseRedirect(reverse("oversight:ledger"))
        form.add_error("entries", _("None of these entries has words that you may erase."))
    context = {
        "title": _("Erase words"),
        "text": _(
            "The reasons and searches that people typed stand beside the ledger, not in it. Erased words are gone for "
            "good; the entries, the counts and the proofs stay."
        ),
        "form": form,
        "submit": _("Erase for good"),
        "danger": True,
        "back": reverse("oversight:ledger"),
    }
    return render(request, "web/confirm.html", context, status=422 if form.is_bound else 200)
