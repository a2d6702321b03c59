"""A request as a PDF for its addressee: what a provider must not read is left out of the provider's copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import acts, labels
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.pinned_law import read, withheld
from vaern.node.cases.assistance.question import values_of
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.law.labels import said
from vaern.node.ledger.record import record
from vaern.node.web import paper

if TYPE_CHECKING:
    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

TEMPLATE = Path(__file__).with_name("request.typ")
LANGUAGES = ("en", "da")


@transaction.atomic
def take_out(
    viewer: Viewer, request: AssistanceRequest, reason: Reason, language: str, *, whole: bool = False
) -> bytes:
    """Return a request as a PDF in a language of the node; recorded as a disclosure."""
    record(acts.PRINTED, request.subject, viewer.actor, reason)
    return pdf(request, language, whole=whole)


def pdf(request: AssistanceRequest, language: str, *, whole: bool = False) -> bytes:
    """Return a request as a PDF; the same bytes for the same request."""
    language = language[:2] if language[:2] in LANGUAGES else "en"
    with translation.override(language):
        content = what_it_says(request, language, whole=whole)
    return paper.pdf(TEMPLATE, content, request.touched_at)


def what_it_says(request: AssistanceRequest, language: str, *, whole: bool = False) -> dict[str, Any]:
    """Return everything that stands in the document, as text.

    Args:
        request: which.
        language: of the document.
        whole: it is for the authority of the other side, and has what the addressee is not given.
    """
    law, values, book = read(request.pinned), values_of(request), current()
    kept_back = withheld(law, book)
    authority = request.authority.name if request.authority else _("not yet chosen")
    synthetic = request.synthetic or settings.CONFIGURATION.synthetic
    return {
        "lang": language,
        "mark": _("SYNTHETIC – made up for a demonstration; no real case") if synthetic else "",
        "handling": _("Confidential"),
        "code": request.code,
        "kind": _("For the enforcing authority alone") if whole and kept_back else _("Request for assistance"),
        "title": said(law.instrument.name),
        "provision": f"{said(law.treaty.name)}, {law.instrument.provision}",
        "from": authority,
        "facts": [
            [str(name), str(value)]
            for name, value in (
                (_("Requesting country"), labels.country(request.requesting, book)),
                (_("Central authority"), authority),
                (_("On behalf of"), request.organisation.name),
                (_("Requested country"), labels.country(request.holder, book)),
                (_("Kind of data"), labels.DATA[DataKind(request.data)]),
                (_("Urgent"), _("Yes") if request.urgent else _("No")),
                (_("Language"), request.language or "–"),
                (_("Date"), _day(request)),
            )
        ],
        "fields": [
            {"label": _label(one.mark, said({"en": one.en, "da": one.da})), "value": values.get(one.code, "")}
            for one in law.form.fields
            if (whole or one.code not in kept_back) and (one.required or values.get(one.code, ""))
        ],
        "missing": _("missing"),
        "rests": _("What this request rests on"),
        "law": _law(law, book),
        "footer": _("Form after: %(source)s") % {"source": law.form.source},
        "place": _("Place and date"),
        "signature": _("For the central authority"),
    }


def _law(law: Any, book: Any) -> list[str]:
    found = [labels.cited(law.treaty)]
    for row in law.parties:
        sentence = _("%(country)s is bound since %(day)s.")
        found.append(sentence % {"country": labels.country(row.country, book), "day": date_format(row.since)})
        if row.reservation:
            found.append(said(row.reservation))
    if law.unverified:
        found.append(_("Not every row on which this rests has been verified by a person."))
    return found


def _day(request: AssistanceRequest) -> str:
    return date_format(timezone.localtime(request.sent_at or request.touched_at), "DATE_FORMAT")


def _label(mark: str, label: str) -> str:
    return f"({mark}) {label}" if mark else label
