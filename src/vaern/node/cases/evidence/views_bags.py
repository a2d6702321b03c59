"""Pages about bags: export the register, fetch it, and look at a bag from outside."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.cases.base.subjects import about
from vaern.node.cases.evidence import bags, presenters, queries
from vaern.node.cases.evidence.forms import BagForm, ExportForm
from vaern.node.cases.models import Case
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.queries import organisations
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.guard.packed import media_in_bag
from vaern.node.web.intake import looks_into, takes_up_to
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import EvidenceBag

LARGEST_BAG = 24_000_000
"""Bytes of a bag that the page takes; `vaern bag verify` takes any."""


@requires(Permission.CASE_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Export the register as a bag."""
    viewer, case = viewer_of(request), own_or_404(Case, id)
    others = {str(one.pk): one for one in organisations(viewer) if one.pk != viewer.organisation.id}

    def do(form: Any) -> EvidenceBag:
        to_whom = form.cleaned_data["to_whom"]
        return bags.make(viewer, form.reason, case, to_whom=to_whom, terms=form.terms, recipient=form.chosen)

    return decide(
        request,
        **about(case),
        title=_("Export the evidence register"),
        submit=_("Make the bag"),
        text=_(
            "The bag holds the register, the chains of custody, CASE/UCO and the ledger's proofs. Nothing that "
            "lies elsewhere is in it."
        ),
        form=partial(ExportForm, organisations=others, case=case),
        do=do,
        then=presenters.bag_at,
        done=lambda made: (
            _("Bag %(n)s is made, and the ledger says for whom. Download it here, and carry it to them.")
            % {"n": made.number}
        ),
    )


@requires(Permission.CASE_EXPORT)
def bag(request: HttpRequest, id: UUID, bag: UUID) -> HttpResponse:
    """Show one bag: for whom it was made, and how far its time stamp is."""
    found = or_404(queries.find_bag(viewer_of(request), id, bag))
    queries.bag_read(viewer_of(request), found, reason_for(request, found.case))
    return render(request, "cases/evidence/bag.html", presenters.bag_context(found))


@requires(Permission.CASE_EXPORT)
def fetch(request: HttpRequest, id: UUID, bag: UUID) -> HttpResponse:
    """Hand out the bag as a zip."""
    found = or_404(queries.find_bag(viewer_of(request), id, bag))
    packed = bags.fetch(viewer_of(request), reason_for(request, found.case), found)
    name = f"{bags.name_of(found)}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


@looks_into(media_in_bag)
@takes_up_to(LARGEST_BAG)
@requires(Permission.CASE_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a bag from outside, in memory."""
    form = BagForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = queries.examined(viewer_of(request), form.cleaned_data["bag"].read())
        return render(request, "cases/evidence/examined.html", presenters.examined_context(found))
    return render(request, "cases/evidence/verify.html", {"form": form}, status=422 if form.errors else 200)
