"""What the search finds of scans: by their reference, and by a digest of what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations.rules import Permission
from vaern.node.scans import labels
from vaern.node.scans.models import Finding, Scan
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the scans that the viewer may see whose reference begins so, or that found a file with a digest."""
    for kind, value in wanted.digests.items():
        if kind in DIGEST_KINDS:
            yield from _hits(_with(kind, value, most), _("found a file with this digest"))
    if wanted.looks & (Look.NUMBER | Look.WORDS):
        for scans in (Scan.own.all(), Scan.objects.received()):
            named = scans.filter(reference__istartswith=wanted.text).only(*SHOWN).order_by("reference", "id")
            yield from _hits(named[:most])


def _with(kind: str, value: bytes, most: int) -> Iterator[Scan]:
    # From the scans that the viewer may see to their findings: how many others found the same costs nothing.
    received = Scan.objects.received()
    for scans, having in ((Scan.own.all(), Finding.objects.all()), (received, Finding.of(scan__in=received))):
        found = having.filter(**{kind: value}).order_by().values("scan")
        yield from scans.filter(pk__in=found).only(*SHOWN).order_by("-created_at", "id")[:most]


def _hits(scans: Iterable[Scan], by: str = "") -> Iterator[Hit]:
    for scan in scans:
        yield Hit(scan.reference, reverse("scans:scan", args=[scan.pk]), by, labels.state(scan))


SHOWN = ("reference", "state", "known", "same")
LOOKS = Look.HASH | Look.NUMBER | Look.WORDS
FINDERS = (Finder("scan", gettext_lazy("Scans"), Permission.SCAN_VIEW, LOOKS, find, 50, asks=True),)
