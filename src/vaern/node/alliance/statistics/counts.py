"""The numbers of one country and one year, counted over the tracks; and which years there are.

Tracks are folded from the ledger (`indicators.tracks`), so that records that were erased still count. The definitions
say the same in words, and `tests/node/alliance/statistics/naive.py` entry by entry.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from vaern.node.alliance.rules import statistics
from vaern.node.alliance.rules.measures import CHILDREN, KNOWN, SAFE, SPEAKS
from vaern.node.alliance.rules.statistics import Place

if TYPE_CHECKING:
    from uuid import UUID

_OWN = "SELECT id FROM organisations_organisation WHERE member_id = %(member)s"
_IN_YEAR = "{0} >= %(first)s AND {0} < %(end)s"

_SOURCES = ("public", "platform", "hotline", "police", "hub", "own", "other")
_SEX, _AGE = ("girls", "boys", "others"), ("under3", "under14", "under18", "adult")


def _case(*pairs: tuple[str, str], other: str) -> str:
    whens = " ".join(f"WHEN {condition} THEN '{code}'" for condition, code in pairs)
    return f"CASE {whens} ELSE '{other}' END"


def _split(population: str, statistic: str, breakdown: str, category: str, weight: str, of: str) -> str:
    """Return a query of the categories of one breakdown with their numbers."""
    return (
        f"SELECT '{statistic}' AS statistic, '{breakdown}' AS breakdown, {category} AS category, "
        f"sum({weight}) AS number FROM alliance_{population}track WHERE {of} GROUP BY 3"
    )


def _parts(statistic: str, breakdown: str, codes: tuple[str, ...], whole: str, of: str) -> list[str]:
    """Return queries for categories with a column each, and for the rest of the total."""
    columns = [(code, f"coalesce({code}, 0)") for code in codes]
    rest = " - ".join((whole, *(column for _code, column in columns)))
    return [
        f"SELECT '{statistic}', '{breakdown}', '{code}', sum({number}) FROM alliance_seriestrack WHERE {of}"
        for code, number in [*columns, (statistics.NOT_RECORDED, rest)]
    ]


_ARRIVED = (
    f"owner IN ({_OWN}) AND {_IN_YEAR.format('arrived_at')} AND NOT (coalesce(copy, 0) = 1 AND coalesce(home, 0) = 1)"
)
_NOTIFIED = f"owner IN ({_OWN}) AND {_IN_YEAR.format('notified_at')} AND coalesce(offline_at >= notified_at, true)"
_CHILD = f"identified_by IN ({_OWN}) AND {_IN_YEAR.format('identified_at')} AND {KNOWN}"
_MADE_SAFE = f"identified_by IN ({_OWN}) AND {_IN_YEAR.format('safeguarded_at')} AND {KNOWN} AND {SAFE}"
_NEW = "least(coalesce(fresh, 0), coalesce(items, 0))"
_ITEMS = f"{_ARRIVED} AND items > 0"

_QUERIES = [
    _split(
        "report",
        "reports",
        "source",
        _case(*((f"sender = '{code}'", code) for code in _SOURCES), other=statistics.NOT_RECORDED),
        "1",
        _ARRIVED,
    ),
    _split("report", "reports", "repetition", _case(("duplicate = 1", "again"), other="first"), "1", _ARRIVED),
    _split(
        "report",
        "reports",
        "conclusion",
        _case(("acted_on = 1", "acted_on"), ("dismissed = 1", "nothing"), other="open"),
        "1",
        _ARRIVED,
    ),
    _split("report", "items", "novelty", "'new'", _NEW, f"{_ITEMS} AND fresh IS NOT NULL"),
    _split("report", "items", "novelty", "'known'", f"items - {_NEW}", f"{_ITEMS} AND fresh IS NOT NULL"),
    _split("report", "items", "novelty", f"'{statistics.NOT_RECORDED}'", "items", f"{_ITEMS} AND fresh IS NULL"),
    _split(
        "location",
        "notified",
        "taken_down",
        _case(("offline_at IS NOT NULL", "gone"), other="not_gone"),
        "1",
        _NOTIFIED,
    ),
    *_parts("children", "sex", _SEX, CHILDREN, _CHILD),
    *_parts("children", "age", _AGE, CHILDREN, _CHILD),
    _split("series", "safeguarded", statistics.TOTAL, "''", CHILDREN, _MADE_SAFE),
    *(
        _split("case", code, statistics.TOTAL, "''", "1", f"owner IN ({_OWN}) AND {_IN_YEAR.format(at)} AND {SPEAKS}")
        for code, at in (("suspects", "suspect_at"), ("charged", "charged_at"), ("convicted", "convicted_at"))
    ),
]


def count(member: UUID, year: int) -> dict[Place, int]:
    """Return every number of a country and a year in UTC, as the ledger was folded last."""
    values: dict[str, Any] = {
        "member": member,
        "first": datetime(year, 1, 1, tzinfo=UTC),
        "end": datetime(year + 1, 1, 1, tzinfo=UTC),
    }
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({query})" for query in _QUERIES), values)
        parts = {Place(*place): int(number) for *place, number in cursor.fetchall() if number}
    return statistics.filled(statistics.current(), parts)


def years() -> list[int]:
    """Return the years of which something was folded, the latest first; the running one among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(extract(year FROM e.at AT TIME ZONE 'UTC')), max(extract(year FROM e.at AT TIME ZONE 'UTC')) "
            "FROM ledger_entry e JOIN ledger_leaf l ON l.entry = e.id "
            "WHERE l.position IN (0, (SELECT max(position) FROM ledger_leaf))"
        )
        first, last = cursor.fetchone()
    return [] if first is None else list(range(int(last), int(first) - 1, -1))
