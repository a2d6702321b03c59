"""What the search finds of evidence: by its number, with its case's code before it, and by its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.evidence.presenters import held
from vaern.node.cases.models import Evidence
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the evidence of the viewer's organisation with a number in a case, or with a digest."""
    if wanted.piece:
        yield from _hits(Evidence.objects.filter(case__code=wanted.code, number=wanted.piece), "", most)
    if "sha256" in wanted.digests:
        yield from _hits(Evidence.objects.filter(sha256=wanted.digests["sha256"]), _("has this digest"), most)


def _hits(evidence: QuerySet[Evidence], by: str, most: int) -> Iterator[Hit]:
    for one in evidence.select_related("case").order_by("-created_at", "id")[:most]:
        yield Hit(f"{one.case.code} {one}", reverse("cases:evidence", args=[one.case_id, one.pk]), by, held(one))


FINDERS = (
    Finder("evidence", gettext_lazy("Evidence"), Permission.CASE_VIEW, Look.PIECE | Look.HASH, find, 30, asks=True),
)
