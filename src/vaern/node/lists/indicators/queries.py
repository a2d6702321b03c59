"""Reads of the indicators of one's own lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Sum

from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.indicators import acts
from vaern.node.lists.models import HashList, ListIndicator
from vaern.node.lists.rules.indicators import LONGEST, TIMES, Indicator
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from datetime import date

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


@dataclass(frozen=True)
class OfAlliance:
    """What is counted of all lists that organisations release to others, together.

    Attributes:
        lists, organisations: how many lists these are, and of how many organisations.
        counts: by month and indicator the numbers by their key, added up.
        longest: by month and indicator of time the longest of any list, in milliseconds.
    """

    lists: int
    organisations: int
    counts: dict[date, dict[Indicator, dict[str, int]]]
    longest: dict[tuple[date, Indicator], int]


@transaction.atomic
def of_alliance(viewer: Viewer) -> OfAlliance:
    """Return the numbers of all lists that are released to somebody, and of no list by itself; recorded."""
    allow(viewer, Permission.ALLIANCE_MANAGE)
    record(acts.OF_ALLIANCE_LISTED, LISTS, viewer.actor, TO_WORK)
    return _of_alliance()


@transaction.atomic
def of_alliance_taken_out(viewer: Viewer) -> OfAlliance:
    """Return the same for a file that leaves the node; recorded as a disclosure."""
    allow(viewer, Permission.ALLIANCE_MANAGE)
    record(acts.OF_ALLIANCE_TAKEN_OUT, LISTS, viewer.actor, TO_WORK)
    return _of_alliance()


def _of_alliance() -> OfAlliance:
    released = Release.valid().filter(kind=HashList.KIND).values("record")
    found = HashList.everywhere.filter(pk__in=released)
    lists, organisations = found.count(), found.values("organisation").distinct().count()
    rows = ListIndicator.everywhere.filter(list__in=found.values("pk")).order_by("month", "code", "key")
    counts: dict[date, dict[Indicator, dict[str, int]]] = {}
    for month, code, key, value in (
        rows.exclude(code__in=TIMES).values_list("month", "code", "key").annotate(n=Sum("value"))
    ):
        counts.setdefault(month, {}).setdefault(Indicator(code), {})[key] = value
    longest = rows.filter(code__in=TIMES, key=LONGEST).values_list("month", "code").annotate(n=Max("value"))
    times = {(month, Indicator(code)): value for month, code, value in longest}
    return OfAlliance(lists, organisations, counts, times)


def _own() -> list[ListIndicator]:
    rows = ListIndicator.of(list__in=HashList.own.all()).select_related("list")
    return list(rows.order_by("list__title", "list__name", "month", "code", "key"))
