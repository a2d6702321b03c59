"""Who will receive, shown before it happens: nothing is released that was not on the screen when it was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.casework.releases import along
from vaern.node.casework.releases.presenters import ground_name
from vaern.node.casework.releases.transfers import written
from vaern.node.organisations.labels import REGIMES
from vaern.node.organisations.rules import Regime
from vaern.node.web.components import Recipient
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Casework
    from vaern.node.casework.releases.forms import ReleaseForm
    from vaern.node.casework.releases.terms import Prospect


def show(
    request: HttpRequest, record: Casework, form: ReleaseForm, way: Sequence[tuple[object, str]], submit: object
) -> HttpResponse:
    """Show who will receive, with the button that does it.

    Args:
        request: the one that was filled in; *Change* leads back to its address. The version that it carried goes on.
        record: what shall be released.
        form: valid.
        way: texts and addresses of the pages above this one.
        submit: the word of the button: Release, Forward.
    """
    version = request.POST.get("version", "")[:40]
    context = {**preview(record, form), "version": version, "way": way, "submit": submit}
    return render(request, "casework/release_preview.html", context)


def preview(record: Casework, form: ReleaseForm) -> dict[str, Any]:
    """Return what the page shows before a release: recipients, handling, end, what goes along, and the proof of it."""
    given = form.cleaned_data
    why = why_label(given["why"])
    return {
        "recipients": [
            Recipient(
                one.organisation.name,
                _detail(one),
                given["handling"],
                given["until"],
                why,
                written(form.terms.europol, always=one.coded),
            )
            for one in form.chosen
        ],
        "crossing": [one.organisation.name for one in form.crossing],
        "abroad": [one.organisation.name for one in form.abroad],
        "ground": ground_name(form.terms.transfer) if form.abroad else "",
        "terms": form.terms,
        "along": [*along.lines(record, form.terms.handling.value), *form.along],
        "given": [(name, value) for name in form.fields for value in form.data.getlist(name)],  # type: ignore[attr-defined]
        "shown": proof(record, form),
    }


def proof(record: Casework, form: ReleaseForm) -> str:
    """Return the signature over what the preview shows: whoever confirms has had it before their eyes."""
    terms = form.terms
    shown = [
        str(record.pk),
        sorted(str(one.organisation.id) for one in form.chosen),
        terms.handling.value,
        terms.until.isoformat(),
        terms.legal_ground,
        terms.transfer,
        sorted(terms.europol),
        terms.restriction,
        terms.permission,
        [*along.lines(record, terms.handling.value), *form.along],
    ]
    return signing.Signer(salt=f"vaern.{record.KIND}s.shown").signature(repr(shown))


def _detail(prospect: Prospect) -> str:
    organisation = prospect.organisation
    country = str(organisation.member) if organisation.member else _("No country")
    where = f"{country}; {REGIMES[Regime(organisation.regime)]}"
    return (
        _("%(where)s; on the node %(node)s") % {"where": where, "node": organisation.node}
        if organisation.node
        else where
    )
