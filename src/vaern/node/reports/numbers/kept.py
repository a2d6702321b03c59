"""The desk's numbers between two looks: to count them reads every report of a year, so the worker does it ahead.

What a desk has looked at in the last week is counted anew every five minutes. They are counts and names of hosts, in
the cache, which forgets them; who holds which claims is never kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.base.scope import viewing
from vaern.node.organisations.models import CacheEntry, Organisation
from vaern.node.reports.numbers import queries
from vaern.node.reports.rules import figures

if TYPE_CHECKING:
    from vaern.node.reports.numbers.queries import Figures

VERSION = figures.VERSION.partition(" ")[0]
LOOKED_AT, COUNTED = f"reports.numbers.looked.{VERSION}.", f"reports.numbers.counted.{VERSION}."

OUTLIVES = timedelta(minutes=15)
"""The worker counts more often; without one, whoever looks waits."""

KEPT_UP = timedelta(days=7)
"""How long after the last look the numbers are still counted ahead."""


def figures_of(desk: Organisation, period: int) -> Figures:
    """Return the numbers of a desk, at most a quarter of an hour old, within the scope of its viewer."""
    name, today = f"{desk.id}.{period}", timezone.localdate()
    kept = cache.get_many([COUNTED + name, LOOKED_AT + name])
    if kept.get(LOOKED_AT + name) != today:
        cache.set(LOOKED_AT + name, today, KEPT_UP.total_seconds())
    found: Figures | None = kept.get(COUNTED + name)
    return found or _count(desk, period)


def _count(desk: Organisation, period: int) -> Figures:
    found = queries.count(desk, period)
    cache.set(f"{COUNTED}{desk.id}.{period}", found, OUTLIVES.total_seconds())
    return found


def count_ahead() -> int:
    """Count the numbers that were looked at lately; return of how many desks and periods."""
    rows = CacheEntry.objects.filter(cache_key__startswith=cache.make_key(LOOKED_AT), expires__gt=timezone.now())
    names = [key.partition(LOOKED_AT)[2] for key in rows.values_list("cache_key", flat=True)]
    return each("reports.numbers", names, _count_again)


def _count_again(name: str) -> int:
    owner, period = name.split(".")
    with viewing(UUID(owner)):
        _count(Organisation.objects.get(pk=owner), int(period))
    return 1
