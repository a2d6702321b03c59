"""What leaves the ledger: an export with its proofs, and words that are erased on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import actions
from vaern.node.oversight.forms import EraseForm, ExportForm
from vaern.node.oversight.rules import Filters
from vaern.node.oversight.sight import Sight
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.LEDGER_EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Export entries with their proofs and the checkpoint: a file that an outsider checks without us."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)

    def do(form: Any) -> StreamingHttpResponse:
        data = form.cleaned_data
        lines = actions.export(
            viewer, sight, Filters(since=data["since"], until=data["until"]), Reason(Why.OVERSIGHT, data["purpose"])
        )
        response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
        day = timezone.localdate().isoformat()
        response["Content-Disposition"] = f'attachment; filename="vaern-ledger-{day}.ndjson"'
        return response

    return decide(
        request,
        **_about_entries(),
        title=_("Export the ledger"),
        submit=_("Export"),
        text=_("All entries of the node, as a file of one JSON line each.")
        if sight.whole_node
        else _("All entries that your organisation made or that concern its records, as a file of one JSON line each."),
        form=ExportForm,
        do=do,
        done=None,
        template="oversight/export.html",
    )


@requires(Permission.LEDGER_OVERSEE, step_up=True)
def erase_words(request: HttpRequest) -> HttpResponse:
    """Erase the words that were typed with entries, on order; the entries and their proofs stay."""
    viewer = viewer_of(request)

    def do(form: Any) -> int:
        data = form.cleaned_data
        erased = actions.erase_words(viewer, Sight.of(viewer), data["entries"], data["order"])
        if not erased:
            raise Refusal(_("None of these entries has words that you may erase."), field="entries")
        return erased

    def done(erased: int) -> str:
        text = ngettext(
            "The words of %(n)s entry are erased for good. The entry and its proof stay, and so does your order.",
            "The words of %(n)s entries are erased for good. The entries and their proofs stay, and so does your "
            "order.",
            erased,
        )
        return text % {"n": erased}

    return decide(
        request,
        **_about_entries(),
        title=_("Erase words"),
        submit=_("Erase for good"),
        danger=True,
        text=_(
            "The reasons and searches that people typed stand beside the ledger, not in it. Erased words are gone "
            "for good; the entries, the counts and the proofs stay."
        ),
        form=EraseForm,
        do=do,
        done=done,
    )


def _about_entries() -> dict[str, Any]:
    """Return what a `Decision` says that is about entries which its form names."""
    ledger = reverse("oversight:ledger")
    return {"subject": None, "crumbs": [(_("Ledger"), ledger)], "back": ledger}
