"""Domains that access providers stop on the ground of matches, and who has to be told when that ground goes.

Three hear of it: who asked for the block, who confirmed it for a second country or is asked to, and who asked for the
same domain and stands only because this one did, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from vaern.node.reports.models import DomainBlock

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Stopped(NamedTuple):
    """Blocks of domains that rest on matches, by who has to be told.

    Attributes:
        asked: for those who asked for them.
        confirmed: for those to whom they were put (`put_to`), unless they refused.
        same: of others, that have no second country but one of these.
    """

    asked: QuerySet[DomainBlock]
    confirmed: QuerySet[DomainBlock]
    same: QuerySet[DomainBlock]


def stopped(items: QuerySet[Any]) -> Stopped:
    """Return the blocks of domains that have not ended and rest on matches of files of reports.

    Args:
        items: ids of these files, as a query of one column.
    """
    asked = DomainBlock.everywhere.filter(location__item__in=items, ended_at=None)
    confirmed = asked.filter(put_to__isnull=False, put_at__isnull=False).exclude(confirmed=False)
    counts = Q(seconded_at__isnull=False, organisation__member__isnull=False)  # as `reports.domains.queries.judged`
    second = asked.filter(counts, domain_key=OuterRef("domain_key"))
    elsewhere = second.exclude(organisation__member=OuterRef("organisation__member"))
    standing = DomainBlock.everywhere.filter(counts, ended_at=None)
    alone = standing.exclude(Q(confirmed=True) | Q(pk__in=asked.order_by().values("pk")))
    return Stopped(asked, confirmed, alone.filter(Exists(elsewhere)))
