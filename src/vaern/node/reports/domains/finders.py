"""What the search finds of domains that access providers are asked to block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.addresses import keys_of
from vaern.node.reports.domains import queries
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the blocks of a domain that the viewer's organisation asked for or was asked to confirm."""
    for block in queries.of_domain(viewer, keys_of(wanted.address)[1])[:most]:
        asked = date_format(block.asked_at, "SHORT_DATE_FORMAT")
        url = reverse("reports:domain", args=[block.pk])
        yield Hit(_("Block of this domain"), url, _("asked for on %(day)s") % {"day": asked})


FINDERS = (Finder("domain", gettext_lazy("Domains"), Permission.REPORT_TAKEDOWN, Look.ADDRESS, find, 62, asks=True),)
