"""What a series shares: cameras, places, folders, names of files, accounts, and the other series that it touches.

Counted in the database over the stored keys, so that a series of a hundred thousand files costs a part of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from vaern.node.base.sealing import Unsealable
from vaern.node.crosscheck.registry.queries import meetings_of
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report
from vaern.node.victims.models import MergeProposal, Series

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.registry.queries import Met
    from vaern.node.organisations.viewers import Viewer

MOST = 8
"""Of each kind are shown: the most frequent. The files themselves are paged."""

MOST_REPORTS = 20
"""Reports whose accounts are unsealed for the page."""


@dataclass(frozen=True)
class Shared:
    """Something that files of a series have in common.

    Attributes:
        kind: camera, place, folder or name.
        label: how it is called, as far as anything but its key is known.
        files: how many of the series have it.
        series: other series of the viewer's organisation that have it too.
    """

    kind: str
    label: str
    files: int
    series: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True)
class Connections:
    """All that a series is connected with.

    Attributes:
        shared: cameras, places, folders and names.
        accounts: names of accounts in the reports that its files came with, for those who assess reports.
        proposed: other series of the same organisation that might be one with it.
        met: what the cross-check found; the viewer's own series only.
    """

    shared: list[Shared]
    accounts: list[tuple[str, int]]
    proposed: list[Series]
    met: list[Met]


KINDS = ("camera", "place", "folder", "name")
_SHARED = """
    SELECT {key}, count(*), min(make), min(model), min(lens) FROM victims_member
    WHERE series_id = %(series)s AND {key} IS NOT NULL GROUP BY {key} ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
_ALSO = """
    SELECT DISTINCT m.{key}, s.id, s.code FROM victims_member m JOIN victims_series s ON s.id = m.series_id
    WHERE m.organisation_id = %(owner)s AND m.{key} = ANY(%(keys)s) AND m.series_id <> %(series)s
        AND s.absorbed_into_id IS NULL
    LIMIT 100
"""


def connections(viewer: Viewer, series: Series) -> Connections:
    """Return what a series is connected with: part of a page whose reading is recorded there."""
    own = series.organisation_id == viewer.organisation.id
    return Connections(
        [one for kind in KINDS for one in _shared(series, kind, also=own)],
        _accounts(series) if own else [],
        _proposed(series) if own else [],
        meetings_of(viewer, series) if own else [],
    )


def _shared(series: Series, kind: str, *, also: bool) -> list[Shared]:
    key = f"{kind}_key"
    given: dict[str, Any] = {"series": series.pk, "most": MOST, "owner": series.organisation_id}
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(key=key), given)
        rows = cursor.fetchall()
        others: dict[bytes, list[tuple[UUID, str]]] = {}
        if also and rows:
            cursor.execute(_ALSO.format(key=key), {**given, "keys": [row[0] for row in rows]})
            for found, id, code in cursor.fetchall():
                others.setdefault(bytes(found), []).append((id, code))
    return [
        Shared(kind, _label(kind, n, make, model, lens), count, tuple(others.get(bytes(found), ())))
        for n, (found, count, make, model, lens) in enumerate(rows, 1)
    ]


def _label(kind: str, number: int, make: str, model: str, lens: str) -> str:
    """How something is called: a camera as it calls itself; the rest by a number, for only keys are known."""
    if kind == "camera":
        return " ".join(part for part in (make, model, lens) if part) or str(number)
    return str(number)


def _proposed(series: Series) -> list[Series]:
    proposed = MergeProposal.of(one=series) | MergeProposal.of(other=series)
    found = proposed.filter(answer="").select_related("one", "other")
    return [one.other if one.one_id == series.pk else one.one for one in found.order_by("raised_at")[:MOST]]


def _accounts(series: Series) -> list[tuple[str, int]]:
    """Names of accounts in the reports that files of the series came with, the most frequent first."""
    ids = series.members.exclude(report=None).order_by().values_list("report_id", flat=True).distinct()[:MOST_REPORTS]
    counted: dict[str, int] = {}
    for report in Report.of(organisation=series.organisation).filter(pk__in=list(ids)):
        try:
            arrival = arrival_of(report)
        except Unsealable:
            continue
        for name in {account.screen_name or account.identifier for account in arrival.accounts}:
            if name:
                counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
