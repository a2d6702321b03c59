"""Reads of the indicators of one's own lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.indicators import acts
from vaern.node.lists.models import HashList, ListIndicator

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

LISTS = Subject("list")
TO_WORK = Reason(Why.LIST_QUALITY)


@transaction.atomic
def opened(viewer: Viewer) -> list[ListIndicator]:
    """Return all numbers of the lists of the viewer's organisation; recorded."""
    found = _own()
    record(acts.LISTED, LISTS, viewer.actor, TO_WORK, count=len(found))
    return found


@transaction.atomic
def taken_out(viewer: Viewer) -> list[ListIndicator]:
    """Return the same for a file that leaves the node; recorded as a disclosure."""
    found = _own()
    record(acts.TAKEN_OUT, LISTS, viewer.actor, TO_WORK, count=len(found))
    return found


def _own() -> list[ListIndicator]:
    rows = ListIndicator.of(list__in=HashList.own.all()).select_related("list")
    return list(rows.order_by("list__title", "list__name", "month", "code", "key"))
