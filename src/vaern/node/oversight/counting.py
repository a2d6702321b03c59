"""Counts of entries a day and verb, kept up as the ledger grows, so that the chart never reads the ledger itself."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from vaern.node.oversight.models import Counted

STEP = 50_000
"""Leaves counted in one transaction."""

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
    counted = 0
    while step := _count_step():
        counted += step
    return counted


@transaction.atomic
def _count_step() -> int:
    Counted.objects.get_or_create(id=1)
    state = Counted.objects.select_for_update().get(id=1)  # of two jobs at once, one waits
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf")
        size = min(cursor.fetchone()[0], state.size + STEP)
        if size <= state.size:
            return 0
        cursor.execute(COUNT, [settings.TIME_ZONE, state.size, size])
    step: int = size - state.size
    state.size = size
    state.save()
    return step
