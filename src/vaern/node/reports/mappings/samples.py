"""Sample documents: carried by the page on which a mapping is tried, and stored nowhere."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.formats.mapping import Group, Mapping
from vaern.node.base.refusals import Refusal
from vaern.node.reports.intake import mapped
from vaern.node.reports.rules.mappings import LARGEST_SAMPLE

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.formats.trees import Shape

FIELD = "sample"
"""The field in which it travels; no draft of a form keeps it (`drafts.rules.SECRET`)."""

FILE = "sample_file"

SUFFIXES: dict[str, Shape] = {
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "xml": "xml",
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
}


def arrived(request: HttpRequest) -> bytes:
    """Return the newly uploaded sample, or else the one that the page carries; empty without one.

    Raises:
        Refusal: it is too large, or was damaged in transit.
    """
    if (upload := request.FILES.get(FILE)) is not None:
        data = bytes(upload.read())
    else:
        data = decoded(request.POST.get(FIELD, ""))
        if not data and request.POST.get(FIELD):
            raise Refusal(_("The sample did not arrive whole. Choose it again."))
    if len(data) > LARGEST_SAMPLE:
        raise Refusal(
            _("A sample has at most %(size)s kB: one or two reports are enough.") % {"size": LARGEST_SAMPLE // 1000}
        )
    return data


def decoded(text: str) -> bytes:
    """Decode a sample that a page carried; empty if it was damaged."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def carried(data: bytes) -> str:
    """Encode a sample for its page."""
    return base64.b64encode(data).decode()


def without_media(data: bytes, shape: Shape) -> bytes:
    """Return a sample stripped of media.

    Raises:
        Problem: it holds media that cannot be removed.
    """
    return mapped.read(Mapping(shape, Group("report")), data).at_door.kept


def shape_of(data: bytes, name: str = "") -> Shape:
    """Guess the shape of a document from its name and first bytes; the person may correct it."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    head = data[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return "xml"
    return "json" if head.startswith((b"{", b"[")) else "csv"
