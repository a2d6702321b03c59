"""Counts a day, kept up as the ledger grows, so that no page reads the ledger itself."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from vaern.node.ledger.folds import fold
from vaern.node.oversight import unusual_days

# Each entry counts once for the node, once for the organisation that acted, and once for the owner if another.
COUNT = """
    WITH fresh AS (
        SELECT (entry.at AT TIME ZONE %s)::date AS day, entry.verb, entry.organisation, entry.owner
        FROM ledger_leaf AS leaf JOIN ledger_entry AS entry ON entry.id = leaf.entry
        WHERE leaf.position >= %s AND leaf.position < %s
    ), rows AS (
        SELECT day, verb, NULL::uuid AS organisation FROM fresh
        UNION ALL SELECT day, verb, organisation FROM fresh WHERE organisation IS NOT NULL
        UNION ALL SELECT day, verb, owner FROM fresh WHERE owner IS NOT NULL AND owner IS DISTINCT FROM organisation
    )
    INSERT INTO oversight_dailycount (day, verb, organisation, count)
    SELECT day, verb, organisation, count(*) FROM rows GROUP BY day, verb, organisation
    ON CONFLICT (organisation, day, verb) DO UPDATE SET count = oversight_dailycount.count + EXCLUDED.count
"""


def count_new() -> int:
    """Count the entries that have got a position since the last time, each exactly once; return how many."""
    return fold("oversight.counts", _count)


def _count(first: int, end: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [settings.TIME_ZONE, first, end])
    unusual_days.count(first, end)
