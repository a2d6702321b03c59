"""Cases that rest on matches: built on a report, on a series that such matches found, or on another case that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q
from django.db.models.functions import Coalesce

from vaern.node.cases.models import Case, Handover, Link
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

RESTED_AT = "rested_at"
"""When a case came to rest on matches: with each link to what has them; where another case has that, when it began."""


def resting(reports: QuerySet[Any], series: QuerySet[Any]) -> QuerySet[Case]:
    """Return the cases that rest on reports or series, or are linked with one that does, at whatever distance.

    A link between two cases says that they belong to each other, so it leads both ways. Whoever works on the farther
    one judges whether it stands without the nearer. A case that was handed over leads to what became of it at the
    recipient's, and not back: what the recipient has found since is theirs.

    It has a row for each link by which a case rests on matches itself, and one for a case without such a link.

    Args:
        reports, series: ids of those that have matches, as queries of one column.
    """
    # Two look-ups by an index each, as for the members of series (`tracing.ways_from`).
    links = (
        dict(_links(report__in=reports)) | dict(_links(series__in=series)) | dict(_links(series__in=absorbed(series)))
    )
    direct = FilteredRelation("links", condition=Q(links__in=list(links)))
    rows = Case.everywhere.filter(pk__in=_linked(set(links.values()))).annotate(based=direct)
    cases: QuerySet[Case] = rows.annotate(**{RESTED_AT: Coalesce("based__linked_at", "opened_at")})
    return cases


def _links(**by: Any) -> QuerySet[Any]:
    return Link.everywhere.filter(**by).order_by().values_list("pk", "case")


def absorbed(series: QuerySet[Any]) -> set[UUID]:
    """Return the empty series whose files any of these took over, directly or not.

    Cases are still linked with them, and who received one has seen its files.
    """
    found: set[UUID] = set()
    last: Collection[UUID] | QuerySet[Any] = series
    while more := set(Series.everywhere.filter(absorbed_into__in=last).order_by().values_list("pk", flat=True)) - found:
        found |= more
        last = more
    return found


def _linked(cases: set[UUID]) -> set[UUID]:
    """Return cases with all that are linked with them or came of them by a hand-over, at whatever distance."""
    found, last = set(cases), cases
    while last:
        links = Link.everywhere.filter(other__isnull=False).filter(Q(case__in=last) | Q(other__in=last))
        ends = {end for pair in links.order_by().values_list("case", "other") for end in pair}
        handed = Handover.everywhere.filter(case__in=last, arrived__isnull=False)
        last = ends.union(handed.order_by().values_list("arrived", flat=True)) - found
        found |= last
    return found
