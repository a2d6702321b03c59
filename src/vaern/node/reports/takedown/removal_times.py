"""Times to removal that outlive erased reports: counts by month, country and host, without records.

Each is a `Statistic` of the month of the first notice, called `removal.COUNTRY.HOST.SPAN`: the country of the last
trace (`--` unknown), the host as a keyed digest of eight characters, as the ledger's tags have it, and the first of
`SPANS` within which it was gone, or `up`. What was gone before the first notice is `early.COUNTRY.HOST` instead, and
what came back counts as `reappeared.COUNTRY.HOST` beside either.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from vaern.node.casework.models import Statistic
from vaern.node.reports.models import Report
from vaern.node.reports.takedown.tags import tags_of

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Location

SPANS = (1, 2, 4, 8, 24, 48, 72, 168, 336, 720)
"""Hours: fine enough for a median, and coarse enough that none tells of one location."""

UP, LATER = "up", "later"


class Gone(NamedTuple):
    """Times to removal of erased locations, of a month and a country.

    Attributes:
        country: code, lower case; `--` where it was not known.
        hosts: how many were notified, by the digest of the host.
        spans: how many were gone within each span and not the one before; `later`, and `up`.
        reappeared: how many came back.
        early: how many were gone before the first notice; they are in none of the spans.
    """

    month: date
    country: str
    hosts: Counter[str]
    spans: Counter[str]
    reappeared: int
    early: int

    def within(self, hours: int) -> int:
        """Return how many were gone within a number of hours, one of `SPANS`."""
        return sum(self.spans[str(span)] for span in SPANS if span <= hours)


def names_of(location: Location) -> list[str]:
    """Return the statistics that a notified location increments when it is erased."""
    tags = tags_of(location)
    of = f"{tags['country'] or '--'}.{tags['host'] or '--'}"
    found = f"early.{of}" if (took := _took(location)) and took < timedelta(0) else f"removal.{of}.{_span(took)}"
    return [found] + ([f"reappeared.{of}"] if location.reappeared else [])


def _took(location: Location) -> timedelta | None:
    if location.offline_at is None or location.first_notified_at is None:
        return None
    return location.offline_at - location.first_notified_at


def _span(took: timedelta | None) -> str:
    if took is None:
        return UP
    return next((str(span) for span in SPANS if took <= timedelta(hours=span)), LATER)


def removals(viewer: Viewer) -> list[Gone]:
    """Return the stored times of the viewer's organisation, by month and country, the oldest first. Counts only."""
    rows = Statistic.objects.filter(kind=Report.KIND, organisation=viewer.organisation)
    found: dict[tuple[date, str], Gone] = {}
    for month, name, value in rows.values_list("month", "name", "value"):
        kind, *rest = name.split(".")
        if kind not in {"removal", "reappeared", "early"}:
            continue
        country, host = rest[:2]
        gone = found.setdefault((month, country), Gone(month, country, Counter(), Counter(), 0, 0))
        if kind == "removal":
            gone.hosts[host] += value
            gone.spans[rest[2]] += value
        elif kind == "early":
            found[month, country] = gone._replace(early=gone.early + value)
        else:
            found[month, country] = gone._replace(reappeared=gone.reappeared + value)
    return [found[key] for key in sorted(found)]
