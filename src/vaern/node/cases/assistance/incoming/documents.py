"""The confirmation that a request came, as a PDF: by the form of its instrument where it has one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels as ours
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.documents import LANGUAGES
from vaern.node.cases.assistance.incoming import acts, labels
from vaern.node.cases.assistance.incoming.state import asker_of, dues_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.rules.term_files import table
from vaern.node.law.labels import said
from vaern.node.law.records import Basis
from vaern.node.ledger.record import record
from vaern.node.web import paper

if TYPE_CHECKING:
    from vaern.node.cases.models import IncomingRequest
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

TEMPLATE = Path(__file__).parent.parent / "request.typ"


@transaction.atomic
def take_out(viewer: Viewer, request: IncomingRequest, reason: Reason, language: str) -> bytes:
    """Return the confirmation as a PDF in a language of the node; recorded as a disclosure."""
    record(acts.CONFIRMED, request.subject, viewer.actor, reason)
    language = language[:2] if language[:2] in LANGUAGES else "en"
    with translation.override(language):
        content = what_it_says(request, language)
    return paper.pdf(TEMPLATE, content, request.touched_at)


def what_it_says(request: IncomingRequest, language: str) -> dict[str, Any]:
    """Return everything that stands in the document, as text. Nothing of what is asked for, and of no person."""
    law, book = read(request.pinned), current()
    form, (authority, reference) = table().receipt_of(law.instrument), asker_of(request)
    synthetic = request.synthetic or settings.CONFIGURATION.synthetic
    facts = [
        (_("Authority that asks"), authority),
        (_("Its reference"), reference or "–"),
        (_("Country that asks"), ours.country(request.requesting, book)),
        (_("Authority that was asked"), request.organisation.name),
        (_("Our reference"), request.code),
        (_("Received"), date_format(timezone.localtime(request.received_at), "DATETIME_FORMAT")),
        *([(_("Executing authority"), request.desk.name)] if request.desk else []),
        *[
            (str(labels.DUTIES[one.duty]), ours.end(one.at, request.requested))
            for one in dues_of(request)
            if one.at is not None and one.met is None
        ],
    ]
    return {
        "lang": language,
        "mark": _("SYNTHETIC – made up for a demonstration; no real case") if synthetic else "",
        "handling": _("Confidential"),
        "code": request.code,
        "kind": _("Confirmation of receipt"),
        "title": said(form.title) if form else _("Confirmation of receipt"),
        "provision": f"{said(law.treaty.name)}, {law.instrument.provision}",
        "from": request.organisation.name,
        "facts": [[str(name), str(value)] for name, value in facts],
        "fields": [],
        "missing": "",
        "rests": _("What this confirmation is made after"),
        "law": _after(form) if form else [_("No form is known for this instrument.")],
        "footer": _("Form after: %(source)s") % {"source": form.form} if form else "",
        "place": _("Place and date"),
        "signature": _("For the central authority"),
    }


def _after(form: Any) -> list[str]:
    found = [form.form]
    if form.basis is not Basis.READ:
        found.append(_("Nobody has compared its wording with the original yet."))
    return found
