"""Pages about bags: export the register, fetch it, and look at a bag from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.evidence import bags, presenting, queries
from vaern.node.cases.evidence.actions import EvidenceError
from vaern.node.cases.evidence.forms import BagForm, ExportForm
from vaern.node.cases.work.queries import own_or_404
from vaern.node.cases.work.subjects import about
from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.queries import organisations
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.guard.packed import media_in_bag
from vaern.node.web.intake import looks_into, takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

LARGEST_BAG = 24_000_000
"""Bytes of a bag that the page takes; `vaern bag verify` takes any."""


@requires(Permission.CASE_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Export the register as a bag."""
    viewer = viewer_of(request)
    case = own_or_404(viewer, id)
    others = {str(one.pk): one for one in organisations(viewer) if one.pk != viewer.organisation.id}
    form = ExportForm(request.POST or None, organisations=others, case=case)
    if form.is_bound and form.is_valid():
        try:
            made = bags.make(
                viewer, form.reason, case, to_whom=form.cleaned_data["to_whom"], terms=form.terms, recipient=form.chosen
            )
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The bag was made, and the ledger says for whom."))
            return HttpResponseRedirect(presenting.bag_at(made))
    context = {
        "title": _("Export the evidence register"),
        "submit": _("Make the bag"),
        "form": form,
        "back": reverse("cases:case", args=[case.pk]),
        **about(case),
        "text": _(
            "The bag holds the register, the chains of custody, CASE/UCO and the ledger's proofs. Nothing that lies "
            "elsewhere is in it."
        ),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.CASE_EXPORT)
def bag(request: HttpRequest, id: UUID, bag: UUID) -> HttpResponse:
    """Show one bag: for whom it was made, and how far its time stamp is."""
    found = queries.bag_or_404(viewer_of(request), id, bag)
    queries.bag_read(viewer_of(request), found, reason_for(request, found.case.subject))
    return render(request, "cases/evidence/bag.html", presenting.bag_context(found))


@requires(Permission.CASE_EXPORT)
def fetch(request: HttpRequest, id: UUID, bag: UUID) -> HttpResponse:
    """Hand out the bag as a zip."""
    viewer = viewer_of(request)
    found = queries.bag_or_404(viewer, id, bag)
    packed = bags.fetch(viewer, reason_for(request, found.case.subject), found)
    name = f"{bags.name_of(found)}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


@looks_into(media_in_bag)
@takes_up_to(LARGEST_BAG)
@requires(Permission.CASE_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Look at a bag from outside, in memory."""
    form = BagForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = queries.examined(viewer_of(request), form.cleaned_data["bag"].read())
        return render(request, "cases/evidence/examined.html", presenting.examined_context(found))
    return render(request, "cases/evidence/verify.html", {"form": form}, status=422 if form.errors else 200)
