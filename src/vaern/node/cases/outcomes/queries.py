"""Outcomes that were stated and not reported yet; each reading is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Said
from vaern.node.cases.outcomes import acts
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.web.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from vaern.node.cases.models import Case
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def waiting(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[Said]:
    """Return a page of the outcomes of the viewer's organisation that are not reported yet, oldest first; recorded."""
    found = Said.objects.filter(told_at=None).select_related("case")
    page = paginate(found, ("id",), parameters)
    record(acts.LISTED, Subject("case"), viewer.actor, Reason(Why.INVESTIGATION), count=len(page.rows))
    return page


def said_of(case: Case) -> QuerySet[Said]:
    """Return the outcomes of a case and of those that it absorbed, the earliest first."""
    return Said.of(case__in=whole(case)).select_related("said_by", "case").order_by("said_at", "id")
