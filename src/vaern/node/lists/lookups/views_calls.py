"""Pages of one call of the look-up service: found by its id, its place in the ledger, and its proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.lookup.replaying import Differs, same_signals
from vaern.node.base.refusals import Refusal
from vaern.node.lists.lookups import presenters_calls, queries
from vaern.node.lists.lookups.forms_calls import LARGEST, CheckProofForm, FindCallForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404
from vaern.proofs.calls import ProofBroken, check_proof, written

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.LOOKUP_ASK)
def find(request: HttpRequest) -> HttpResponse:
    """Open a call by its id."""
    here = reverse("lists:lookups")

    def do(form: Any) -> HttpResponse:
        call = form.cleaned_data["call"]
        if not queries.is_kept(viewer_of(request), call):
            raise Refusal(
                _(
                    "No call of your organisation has this id. A call is here a few seconds after its answer, and for "
                    "400 days; of an older one, whoever kept its proof can still check that."
                ),
                field="call",
            )
        return HttpResponseRedirect(reverse("lists:call", args=[call]))

    return decide(
        request,
        title=_("Open a call"),
        subject=None,
        crumbs=[(_("Look-ups"), here)],
        back=here,
        submit=_("Open a call"),
        text=_("Every call of your programs is kept, with hits or without, and stands in the ledger."),
        form=FindCallForm,
        do=do,
        done=None,
    )


@requires(Permission.LOOKUP_ASK)
@require_safe
def call(request: HttpRequest, call: UUID) -> HttpResponse:
    """Show what the ledger covers of a call, and its place there."""
    found = or_404(queries.call_page(viewer_of(request), call))
    return render(request, "lists/call.html", presenters_calls.call_context(found))


@requires(Permission.LOOKUP_ASK)
@require_safe
def proof(request: HttpRequest, call: UUID) -> HttpResponse:
    """Answer with the proof of a call, as a file that `vaern lookup replay` checks, and the page for it."""
    found = or_404(queries.call_page(viewer_of(request), call))
    if found.proof is None:
        raise Http404
    response = HttpResponse(json.dumps(written(found.proof), indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{call}.json"'
    return response


@takes_up_to(LARGEST)
@requires(Permission.LOOKUP_ASK)
def check(request: HttpRequest) -> HttpResponse:
    """Say whether the proof of a call holds, and whether it asked these signals. Nothing of either is kept."""
    here = reverse("lists:lookups")

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        leaf, broken = None, ""
        try:
            leaf = check_proof(given["proof"], given["key"])
            if given["asked"] is not None:
                same_signals(leaf, given["asked"])
        except (ProofBroken, Differs) as error:
            broken = error.place
        return render(
            request,
            "lists/call_checked.html",
            presenters_calls.checked_context(given["proof"], leaf, given["asked"], broken),
        )

    return decide(
        request,
        title=_("Check the proof of a call"),
        subject=None,
        crumbs=[(_("Look-ups"), here)],
        back=here,
        submit=_("Check"),
        text=_(
            "Says whether the call is in the ledger as the proof has it, and, with what was asked, whether it asked "
            "exactly that. The same without this node: vaern lookup replay."
        ),
        form=CheckProofForm,
        do=do,
        done=None,
    )
