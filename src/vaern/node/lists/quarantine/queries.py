"""Reads of what the node set aside: why, how often it was hit, and what was answered with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.lists.models import EntryHits, EntryQuarantine, HashList, LookupHit
from vaern.node.lists.quarantine import acts
from vaern.node.lists.quarantine.watching import hour_of
from vaern.node.lists.rules.entries import EntryState
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import ListEntry
    from vaern.node.organisations.viewers import Viewer

HOURS = 48
"""Hours up to now whose hits a page shows."""

ANSWERS = Order("-id")


@dataclass(frozen=True)
class Aside:
    """Why an entry was set aside.

    Attributes:
        hours: each of the last hours with how often the entry was hit; the oldest first.
    """

    quarantine: EntryQuarantine
    hours: list[tuple[datetime, int]]


def aside_of(entry: ListEntry) -> Aside | None:
    """Return why the node set an entry aside that is in quarantine; None where a person did."""
    if EntryState(entry.state) is not EntryState.QUARANTINED:
        return None
    found = EntryQuarantine.of(list=entry.list).filter(ident=entry.ident, ended_at=None).first()
    return Aside(found, hours_of(entry)) if found else None


def hours_of(entry: ListEntry) -> list[tuple[datetime, int]]:
    """Return the last hours with how often an entry was hit in each; the oldest first."""
    last = hour_of(timezone.now())
    rows = EntryHits.of(list=entry.list).filter(ident=entry.ident, hour__gt=last - timedelta(hours=HOURS))
    counted = dict(rows.order_by().values_list("hour").annotate(n=Sum("hits")))
    hours = [last - timedelta(hours=ago) for ago in reversed(range(HOURS))]
    return [(hour, counted.get(hour, 0)) for hour in hours]


def causes_of(entries: Iterable[ListEntry]) -> dict[int, EntryQuarantine]:
    """Return why the node set entries aside, by their numbers; a few, with their lists."""
    wanted = {(one.list_id, one.ident): one.pk for one in entries if one.state == EntryState.QUARANTINED.value}
    lists = HashList.own.filter(pk__in={id for id, _ident in wanted})
    idents = {ident for _id, ident in wanted}
    found = EntryQuarantine.of(list__in=lists).filter(ident__in=idents, ended_at=None) if wanted else ()
    return {wanted[key]: one for one in found if (key := (one.list_id, one.ident)) in wanted}


@transaction.atomic
def answers(viewer: Viewer, entry: ListEntry, reason: Reason, parameters: Mapping[str, Any]) -> Page[LookupHit]:
    """Return a page of what programs were answered with an entry, the last first; recorded.

    Whoever keeps the list reads which organisation heard of it and when, and nothing of what it asked about.
    """
    rows = LookupHit.everywhere.filter(list=entry.list.name, entry=entry.ident)
    page = paginate(rows.select_related("answered__organisation"), ANSWERS, parameters)
    record(acts.ANSWERS_LISTED, entry.subject, viewer.actor, reason, count=len(page.rows))
    return page
