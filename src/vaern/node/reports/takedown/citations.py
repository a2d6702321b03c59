"""The law that a notice to a host cites today, and its preview before sending.

Law of a union first, then the text of the host's country that a second person verified, then what Værn ships.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.reports.base import flagger_status
from vaern.node.reports.rules import duties
from vaern.node.reports.takedown.national import register as national

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.reports.models import Host


def cited(host: Host) -> duties.Text:
    """Return the text that a notice to a host cites today."""
    return text_for(host.country, host.kind, timezone.localdate())


def text_for(country: str, kind: str, on: date) -> duties.Text:
    """Return the text cited to a kind of recipient, in a country ("" if not known), on a day."""
    shipped = duties.text_for(country, kind, on)
    if not country or shipped.of_union:
        return shipped
    return national.find(country, kind, on) or shipped


def text(code: str) -> duties.Text:
    """Return the text that a notice cited; for a national text the version that counted then.

    Raises:
        KeyError: there is none of that code.
    """
    return national.text(code) if national.is_one(code) else duties.text(code)


def says(code: str, language: str | None) -> duties.Says:
    """Return the wording that a notice cited in a language, falling back to English."""
    return text(code).said(language)


def announced(host: Host) -> str:
    """Return the preview of what a notice to a host would cite, for its sender."""
    if not host.country:
        return _("Their country is not known, so it cites no law of theirs: say it in the list of hosts first.")
    found, today = cited(host), timezone.localdate()
    parts = [
        _("Their country is %(country)s, so it is headed: %(heading)s.")
        % {"country": countries.named(host.country), "heading": found.said(get_language()).heading}
    ]
    if not found.of_union and national.waits(host.country, host.kind, today):
        parts.append(_("A text of the law of that country waits under Law for somebody to verify it."))
    if award := flagger_status.claimable(host.organisation_id, found, today):
        claim = flagger_status.words(award.step, found.code, host.organisation.name, get_language() or "en")
        parts.append(_("If your organisation is named, it also says: %(claim)s") % {"claim": claim})
    return " ".join(parts)
