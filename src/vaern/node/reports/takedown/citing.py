"""What a notice to one of the organisation's hosts cites today, and how a person reads of it before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.reports.flagging import status
from vaern.node.reports.takedown import binding

if TYPE_CHECKING:
    from vaern.node.reports.models import Host


def cited(host: Host) -> binding.Text:
    """Return what a notice that is sent to somebody today cites."""
    return binding.text_for(host.country, host.kind, timezone.localdate())


def announced(host: Host) -> str:
    """Return what a notice to somebody would cite, for whoever is about to send it."""
    if not host.country:
        return _("Their country is not known, so it cites no law of theirs: say it in the list of hosts first.")
    found = cited(host)
    headed = _("Their country is %(country)s, so it is headed: %(heading)s.") % {
        "country": countries.named(host.country), "heading": binding.says(found.code, get_language()).heading,
    }  # fmt: skip
    award = status.claimable(host.organisation_id, found, timezone.localdate())
    if award is None:
        return headed
    claim = status.words(award.step, found.code, host.organisation.name, get_language() or "en")
    return f"{headed} " + _("If your organisation is named, it also says: %(claim)s") % {"claim": claim}
