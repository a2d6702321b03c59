"""The records behind a value, for viewers who may see records of that kind; recorded as a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from vaern.node.alliance.indicators import acts
from vaern.node.alliance.indicators.tallies import BEFORE_ALL, clock, limit_of
from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.measures import LIMIT, MEASURES
from vaern.node.alliance.rules.populations import POPULATIONS
from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from vaern.node.alliance.rules.definitions import Definition
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

SIZE = 50
"""Records of one page."""

SEEN_WITH = {
    "series": Permission.SERIES_VIEW,
    "reports": Permission.REPORT_VIEW,
    "locations": Permission.REPORT_VIEW,
    "cases": Permission.CASE_VIEW,
    "requests": Permission.ASSISTANCE_VIEW,
    "preservations": Permission.ASSISTANCE_VIEW,
}
"""What somebody has to be allowed to see before they are shown which records are behind a value."""


@dataclass(frozen=True)
class One:
    """A record behind a value.

    Attributes:
        subject, item: which, and which part of it; None and 0 for one that the viewer does not see any more: it is
            counted for their organisation, and belongs to another.
        at: the moment by which it is in the period.
        hit: it is in the numerator.
    """

    subject: UUID | None
    item: int
    at: datetime
    hit: bool


@dataclass(frozen=True)
class Behind:
    """A page of the records that a value counts for the viewer's organisation.

    Attributes:
        first: how many come before this page.
        total: how many there are.
    """

    rows: Sequence[One]
    first: int
    total: int


@transaction.atomic
def behind(
    viewer: Viewer, reason: Reason, definition: Definition, period: periods.Kind, start: date, first: int = 0
) -> Behind | None:
    """Return the records that a value counts for the viewer's organisation; None if they may not see that kind.

    What counts for others is not told, not even how much: a value may be made of one record.
    """
    if not viewer.may(SEEN_WITH[definition.population]):
        return None
    found = _counted(viewer, definition, period, start, first)
    record(acts.BEHIND_LISTED, Subject("indicator"), viewer.actor, reason, count=len(found))
    seen = _released(viewer, [row[0] for row in found if row[2] != viewer.organisation.pk])
    rows = [
        One(subject, item, at, hit) if owner == viewer.organisation.pk or subject in seen else One(None, 0, at, hit)
        for subject, item, owner, at, hit, _total in found
    ]
    return Behind(rows, first, found[0][5] if found else 0)


def _counted(
    viewer: Viewer, definition: Definition, period: periods.Kind, start: date, first: int
) -> list[tuple[UUID, int, UUID, datetime, bool, int]]:
    measure, limit = MEASURES[definition.code], limit_of(definition.code)
    hits = f"coalesce({measure.hits}, false)" if measure.hits else "true"
    ripe = f"AND {measure.ripens} + {LIMIT} <= %(clock)s" if measure.ripens else ""
    sql = f"""
        SELECT subject, item, owner, {measure.cohort}, {hits}, count(*) OVER ()
        FROM {POPULATIONS[definition.population].table}
        WHERE {measure.owner} = %(own)s AND {measure.cohort} >= %(first)s AND {measure.cohort} < %(end)s
            AND {measure.of} {ripe}
        ORDER BY 4, 1, 2 LIMIT {SIZE} OFFSET %(from)s
    """.replace(LIMIT, limit)
    values: dict[str, Any] = {
        "own": viewer.organisation.pk,
        "first": f"{start}T00:00:00Z",
        "from": first,
        "end": f"{periods.after(period, start)}T00:00:00Z",
        "clock": clock() or BEFORE_ALL,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _released(viewer: Viewer, subjects: Sequence[UUID]) -> set[UUID]:
    """Return which records of others the viewer's organisation sees now."""
    found = Release.valid().filter(recipient=viewer.organisation, record__in=list(subjects))
    return set(found.values_list("record", flat=True))
