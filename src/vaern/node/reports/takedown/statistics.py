"""Times to removal: shares and percentiles, with and without the largest source."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.reports.models import Location
from vaern.node.reports.rules.takedown import percentile, share_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.organisations.viewers import Viewer

SPANS = (timedelta(hours=24), timedelta(hours=72), timedelta(days=7))


@dataclass(frozen=True)
class Times:
    """Times to removal of a set of notified locations.

    Attributes:
        name: of the host; "" for all.
        notified: how many.
        gone: how many are offline.
        shares: within each of `SPANS`; None without any location.
        median, ninetieth: of those that are gone; None without any.
    """

    name: str
    notified: int
    gone: int
    shares: tuple[float | None, ...]
    median: timedelta | None
    ninetieth: timedelta | None


@dataclass(frozen=True)
class Removal:
    """Times to removal of all hosts, of all but the one with the most locations, and of each host.

    Attributes:
        early: how many were gone before the first notice, and so are in none of the times.
    """

    whole: Times
    without_largest: Times
    largest: str
    hosts: tuple[Times, ...]
    reappeared: int
    early: int


def removal(viewer: Viewer) -> Removal:
    """Return the times to removal from the first notice, for the viewer's organisation; counts only."""
    rows = Location.objects.filter(organisation=viewer.organisation, first_notified_at__isnull=False)
    found = [
        (host or "–", offline - notified if offline else None)
        for host, notified, offline in rows.values_list("host__name", "first_notified_at", "offline_at")
    ]
    back = Location.objects.filter(organisation=viewer.organisation, reappeared__gt=0).count()
    return summed(found, back)


def summed(found: Iterable[tuple[str, timedelta | None]], reappeared: int = 0) -> Removal:
    """Return the statistics of locations, each given as its host and its time to removal (None: still up).

    A negative time means that the last miss is dated before the first notice; these are counted separately.
    """
    by_host: dict[str, list[timedelta | None]] = defaultdict(list)
    early = 0
    for host, time in found:
        if time is not None and time < timedelta(0):
            early += 1
        else:
            by_host[host].append(time)
    ordered = sorted(by_host, key=lambda host: (-len(by_host[host]), host))
    largest = ordered[0] if ordered else ""
    everything = [time for host in ordered for time in by_host[host]]
    rest = [time for host in ordered[1:] for time in by_host[host]]
    hosts = tuple(_times(host, by_host[host]) for host in ordered)
    return Removal(_times("", everything), _times("", rest), largest, hosts, reappeared, early)


def _times(name: str, times: Sequence[timedelta | None]) -> Times:
    gone = [time for time in times if time is not None]
    shares = tuple(share_within(times, span) for span in SPANS)
    return Times(name, len(times), len(gone), shares, percentile(gone, 0.5), percentile(gone, 0.9))
