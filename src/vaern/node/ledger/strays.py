"""Checks of `verify` over whole tables: rows that belong to no entry, position or queue."""

from __future__ import annotations

from typing import Any

from django.db import connection

from vaern.node.ledger.findings import Finding
from vaern.node.ledger.record import WAITS_SINCE
from vaern.node.ledger.rules import ERASURE_ACT

MOST = 1_000
"""Rows of one kind that are named."""

PATIENCE = 10
"""Seconds after which an entry without a place is a finding."""

EXTENT = """
    SELECT (SELECT count(*) FROM ledger_leaf), coalesce(max(size), 0), count(*) FROM ledger_checkpoint
"""

LEAVES = """
    SELECT position, entry FROM ledger_leaf
    WHERE position < 0 OR position >= greatest(%(total)s, (SELECT coalesce(max(size), 0) FROM ledger_checkpoint))
    ORDER BY position LIMIT %(most)s
"""
SUBTREES = """
    SELECT level, index FROM ledger_subtree
    WHERE level NOT IN (4, 8, 12, 16, 20, 24) OR index < 0
        OR (index + 1) << level > (SELECT coalesce(max(size), 0) FROM ledger_checkpoint)
    LIMIT %(most)s
"""
ENTRIES = (
    (
        "{} is neither in the tree nor in the queue.",
        """SELECT e.id FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry = e.id
        LEFT JOIN ledger_pending p ON p.entry = e.id WHERE l.entry IS NULL AND p.entry IS NULL""",
    ),
    (
        "{} waited for its place and was removed.",
        "SELECT p.entry FROM ledger_pending p LEFT JOIN ledger_entry e ON e.id = p.entry WHERE e.id IS NULL",
    ),
    (
        "{} was put into the queue although it has its place.",
        "SELECT p.entry FROM ledger_pending p JOIN ledger_leaf l ON l.entry = p.entry",
    ),
    (
        "{} is not there, and its note is.",
        "SELECT n.entry FROM ledger_note n LEFT JOIN ledger_entry e ON e.id = n.entry WHERE e.id IS NULL",
    ),
    (
        f"{{}} has waited for its place for more than {PATIENCE} seconds: does the node run?",
        f"""SELECT p.entry FROM ledger_pending p JOIN ledger_entry e ON e.id = p.entry
        WHERE {WAITS_SINCE} < clock_timestamp() - interval '{PATIENCE} seconds'""",
    ),
)
"""Sentences about entries, and the queries that find them."""


def _rows(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def extent() -> tuple[int, int, int]:
    """Return from one snapshot the number of leaves, the newest checkpoint's size and the number of checkpoints."""
    ((leaves, signed, checkpoints),) = _rows(EXTENT)
    return leaves, signed, checkpoints


def stray_findings(total: int) -> list[Finding]:
    """Return a finding for each stray row; `total` is the number of positions read."""
    values = {"total": total, "most": MOST}
    found = [
        Finding(
            f"Entry {entry} was put in at position {position}, where no checkpoint reaches.",
            (entry,),
            (position, position + 1),
        )
        for position, entry in _rows(LEAVES, values)
    ]
    found += [Finding(f"The stored subtree {level}/{index} was put in.") for level, index in _rows(SUBTREES, values)]
    for sentence, sql in ENTRIES:
        entries = _rows(f"{sql} ORDER BY 1 LIMIT %(most)s", values)
        found += [Finding(sentence.format(f"Entry {entry}"), (entry,)) for (entry,) in entries]
    return found


def entries_at(start: int, end: int) -> list[int]:
    """Return the numbers of the entries between two positions, in order."""
    sql = "SELECT entry FROM ledger_leaf WHERE position >= %s AND position < %s ORDER BY position LIMIT %s"
    return [entry for (entry,) in _rows(sql, [start, end, MOST])]


def subtrees(level: int) -> dict[int, bytes]:
    """Return the stored subtrees of a level by their index."""
    return {i: bytes(h) for i, h in _rows("SELECT index, hash FROM ledger_subtree WHERE level = %s", [level])}


def later_erasures(size: int) -> dict[int, str]:
    """Return the details of erasures without a position below `size`: they may account for a missing note."""
    sql = """
        SELECT e.id, n.details FROM ledger_entry e JOIN ledger_note n ON n.entry = e.id
        WHERE e.act = %s AND e.id IN (
            SELECT entry FROM ledger_pending UNION ALL SELECT entry FROM ledger_leaf WHERE position >= %s
        )
    """
    return dict(_rows(sql, [ERASURE_ACT, size]))


def with_note(entries: list[int]) -> list[int]:
    """Return those of some entries that have a note."""
    return [entry for (entry,) in _rows("SELECT entry FROM ledger_note WHERE entry = ANY(%s)", [entries])]
