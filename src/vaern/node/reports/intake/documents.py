"""The documents that a report may come in, by their content type, and what reads each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from vaern.formats import reports

if TYPE_CHECKING:
    from vaern.arrivals import Read

TYPES: dict[str, str] = {
    "application/xml": "a CyberTipline report",
    "text/xml": "a CyberTipline report",
    "application/xarf+json": "a XARF report",
    "application/json": "a XARF report",
    "message/rfc822": "a mail in the Abuse Reporting Format",
    "text/csv": "a table of reports",
}
"""Content types that are taken, and what each is taken for."""


def read(content_type: str, body: bytes) -> list[Read]:
    """Return the reports of a document, one `Read` each; never raises on any bytes.

    Args:
        content_type: one of `TYPES`; what the content itself says goes before it.
        body: the document.
    """
    xsd = settings.CONFIGURATION.cybertipline_xsd
    return reports.read(body, reports.sniff(body, content_type), now=timezone.now(), xsd=xsd)
