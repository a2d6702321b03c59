"""The document formats in which reports may come, by content type, and their readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.utils import timezone

from vaern.arrivals import Fault
from vaern.faults import say
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


MOST_REPORTS = 1_000
"""Reports of one document: each is a transaction of its own, and together they must not outlast a worker's time."""

LARGEST = 8_000_000
"""Bytes of one document."""


def read(content_type: str, body: bytes, *, files_follow: bool = False) -> list[Read]:
    """Read the reports of a document, one `Read` each; never raises, whatever the bytes.

    Args:
        content_type: one of `TYPES`; what the content itself declares takes precedence.
        body: the document.
        files_follow: it opens a report whose files follow in requests of their own, so it may have no items yet.
    """
    xsd = settings.CONFIGURATION.cybertipline_xsd
    found = reports.read(body, reports.sniff(body, content_type), now=timezone.now(), xsd=xsd)
    return found if files_follow else [about_something(read) for read in found]


def about_something(read: Read) -> Read:
    """Refuse a report without location, file, account and words, as the API does."""
    arrival = read.arrival
    if arrival is None or arrival.narrative.strip() or arrival.danger_text.strip():
        return read
    if any(_says(one) for one in (*arrival.locations, *arrival.files, *arrival.accounts)):
        return read
    return msgspec.structs.replace(read, arrival=None, faults=(*read.faults, Fault("", say("about_nothing"))))


def _says(one: msgspec.Struct) -> bool:
    """Whether anything of a place, a file or an account was given, beside what it is."""
    return any(
        getattr(one, field.name) != field.default
        for field in msgspec.structs.fields(one)
        if field.default is not msgspec.NODEFAULT
    )
