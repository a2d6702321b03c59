"""Outcomes that were stated and not reported yet; each reading is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Said
from vaern.node.cases.outcomes import acts
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


ORDER = Order("id", case="case__code", outcome="outcome", said="said_at", until="case__silent_until")


@transaction.atomic
def waiting(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[Said]:
    """Return a page of the outcomes of the viewer's organisation that are not reported yet, oldest first; recorded."""
    found = Said.objects.filter(told_at=None).select_related("case")
    return listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        act=acts.LISTED,
        subject=Subject("case"),
        reason=Reason(Why.INVESTIGATION),
    )


def said_of(case: Case) -> QuerySet[Said]:
    """Return the outcomes of a case and of those that it absorbed, the earliest first."""
    found = Said.of(case__in=whole(case)).only("outcome", "said_at", "told_at", "told", "carried")
    return found.order_by("said_at", "id")
