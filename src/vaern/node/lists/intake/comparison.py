"""What staged entries would do to their list, as SQL over both: the same statement counts, shows and takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from django.db import connection

from vaern.node.base.sql import run
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.intake import Change
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.lists.models import ListIntake

STANDS = ", ".join(f"'{state}'" for state in (EntryState.LIVE, EntryState.DISPUTED, EntryState.QUARANTINED))

STAGED = f"""
    SELECT s.id, s.row, s.ident, s.withdrawn, e.id AS entry, coalesce(e.state, '') AS before, s.junk,
        CASE
            WHEN s.withdrawn THEN CASE WHEN e.state IN ({STANDS}) THEN '{Change.WITHDRAW}' END
            WHEN e.id IS NULL THEN '{Change.ADD}'
            WHEN e.state = '{EntryState.RECALLED}' AND NOT EXISTS (
                SELECT FROM lists_entryrecall r
                WHERE r.list_id = e.list_id AND r.ident = e.ident AND r.ended_at IS NULL AND r.by_source
            ) THEN NULL
            WHEN e.state IN ('{EntryState.RECALLED}', '{EntryState.ENDED}') THEN '{Change.CHANGE}'
            WHEN e.body <> s.body AND NOT coalesce(s.updated < e.updated, false) THEN '{Change.CHANGE}'
        END AS change
    FROM lists_stagedentry s LEFT JOIN lists_listentry e ON e.list_id = %(list)s AND e.ident = s.ident
    WHERE s.intake_id = %(intake)s
"""
"""What each staged entry does. One that a person here recalled stays recalled, whatever its source says; one that its
source withdrew and lists again comes back. An older version changes nothing."""

MISSING = f"""
    SELECT e.id, e.ident, e.state AS before FROM lists_listentry e
    WHERE e.list_id = %(list)s AND %(whole)s AND e.state IN ({STANDS})
        AND NOT EXISTS (SELECT FROM lists_stagedentry s WHERE s.intake_id = %(intake)s AND s.ident = e.ident)
"""
"""Entries that a file which is all of a list does not have any more."""

_COUNTS = f"""
    SELECT coalesce(change, ''), count(*) FROM ({STAGED}) AS found GROUP BY change
    UNION ALL SELECT 'missing', count(*) FROM ({MISSING}) AS gone
"""

_LOST = f"""
    SELECT count(*) FROM ({STAGED}) AS found
    JOIN lists_stagedentry s ON s.id = found.id JOIN lists_listentry e ON e.id = found.entry
    WHERE found.change = '{Change.CHANGE}' AND e.state IN ({STANDS})
        AND (s.junk <> '' OR s.ends < coalesce(e.ends, 'infinity'::date))
"""
"""Entries that a file changes so that they are not matched any more, now or on a day that is nearer than it was."""

_REHASHED = f"""
    SELECT e.body, s.body FROM ({STAGED}) AS found
    JOIN lists_stagedentry s ON s.id = found.id JOIN lists_listentry e ON e.id = found.entry
    WHERE found.change = '{Change.CHANGE}' AND e.state IN ({STANDS}) AND e.signals_mark IS DISTINCT FROM s.signals_mark
        AND NOT (s.junk <> '' OR coalesce(s.ends < coalesce(e.ends, 'infinity'::date), false))
"""
"""Entries that stay and whose hashes a file changes, as they are and as they would be."""

_EXAMPLES = f"""
    SELECT ident, change, before, junk FROM ({STAGED}) AS found
    WHERE change IS NOT NULL AND (%(change)s = '' OR change = %(change)s)
    ORDER BY row LIMIT %(most)s
"""
_GONE = f"SELECT ident, '{Change.WITHDRAW}', before, '' FROM ({MISSING}) AS gone ORDER BY ident LIMIT %(most)s"

_KEEP_LAST = """
    WITH repeated AS (
        SELECT ident FROM lists_stagedentry WHERE intake_id = %(intake)s GROUP BY ident HAVING count(*) > 1
    ), versions AS (
        SELECT id, row_number() OVER (PARTITION BY ident ORDER BY updated DESC NULLS LAST, row DESC) AS place
        FROM lists_stagedentry JOIN repeated USING (ident) WHERE intake_id = %(intake)s
    ), gone AS (
        DELETE FROM lists_stagedentry WHERE id IN (SELECT id FROM versions WHERE place > 1) RETURNING id
    ) SELECT count(*) FROM gone
"""


class Counts(NamedTuple):
    """How many entries an intake would add, change, leave as they are, withdraw, and take away in whichever way."""

    added: int
    changed: int
    same: int
    withdrawn: int
    lost: int


class Example(NamedTuple):
    """One entry that an intake would change."""

    ident: str
    change: str
    before: str
    junk: str


def parameters(intake: ListIntake) -> dict[str, Any]:
    """Return the parameters that every statement here takes."""
    return {"list": intake.list_id, "intake": intake.pk, "whole": intake.whole}


def keep_last(intake: ListIntake) -> int:
    """Keep of versions of one entry in a file the last changed, or else the last; return how many went."""
    ((gone,),) = run(_KEEP_LAST, parameters(intake), prepare=False)
    return int(gone)


def counts(intake: ListIntake) -> Counts:
    """Count what an intake would do now."""
    found = dict(run(_COUNTS, parameters(intake), prepare=False))
    changed = found.get(Change.CHANGE, 0)
    lost = _ending(intake) + _rehashed(intake) if changed else 0  # of a new list nothing is asked
    withdrawn = found.get(Change.WITHDRAW, 0) + found.get("missing", 0)
    return Counts(found.get(Change.ADD, 0), changed, found.get("", 0), withdrawn, withdrawn + lost)


def _ending(intake: ListIntake) -> int:
    ((ending,),) = run(_LOST, parameters(intake), prepare=False)
    return int(ending)


class _Hashes(msgspec.Struct):
    """Of an entry the signals alone."""

    signals: tuple[Signal, ...]


def _rehashed(intake: ListIntake) -> int:
    """Count the entries that would lose a hash by which they are matched; one that gets further ones does not."""
    lost = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(_REHASHED, parameters(intake))
        for before, now in cursor:
            lost += not _hashes(before) <= _hashes(now)
    return lost


def _hashes(body: bytes) -> set[tuple[str, bytes]]:
    return {(one.kind, one.value) for one in msgspec.msgpack.decode(body, type=_Hashes).signals}


def examples(intake: ListIntake, change: str = "", most: int = 50) -> list[Example]:
    """Return the first entries that an intake would change, of one kind of change or of all."""
    given = {**parameters(intake), "change": change, "most": most}
    found = [Example(*row) for row in run(_EXAMPLES, given, prepare=False)]
    if change in {"", Change.WITHDRAW} and len(found) < most:
        found += [Example(*row) for row in run(_GONE, {**given, "most": most - len(found)}, prepare=False)]
    return found
