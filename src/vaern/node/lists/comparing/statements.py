"""How two releases of a list differ, as SQL over what entries are and what they were: at the cost of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.node.base.sql import run
from vaern.node.lists.rules.releases import Pair, differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from vaern.node.lists.rules.releases import Difference

_PAIRS = """
    WITH past AS (
        SELECT * FROM lists_entrypast WHERE list_id = %(list)s AND until > %(old)s AND born <= %(new)s
    ), earlier AS (
        SELECT DISTINCT ON (entry) * FROM past WHERE born <= %(old)s ORDER BY entry, until
    ), later AS (
        SELECT DISTINCT ON (entry) * FROM past WHERE until > %(new)s ORDER BY entry, until
    ), touched AS (
        SELECT entry FROM past WHERE until <= %(new)s OR born > %(old)s
        UNION
        SELECT id FROM lists_listentry WHERE list_id = %(list)s AND change > %(old)s
            AND coalesce(born, change) > %(old)s AND coalesce(born, change) <= %(new)s
    ), pairs AS (
        SELECT t.entry, coalesce(e.ident, '') AS ident,
            coalesce(b.state, '') AS before, coalesce(a.state, e.state, '') AS now,
            coalesce(b.scheme, '') AS old_scheme, coalesce(b.classification, '') AS old_class,
            coalesce(a.scheme, e.scheme, '') AS new_scheme,
            coalesce(a.classification, e.classification, '') AS new_class,
            b.signals_mark AS old_signals,
            CASE WHEN a.entry IS NULL THEN e.signals_mark ELSE a.signals_mark END AS new_signals
        FROM touched t LEFT JOIN earlier b ON b.entry = t.entry LEFT JOIN later a ON a.entry = t.entry
            LEFT JOIN lists_listentry e ON e.id = t.entry
    ), keyed AS (
        SELECT *, coalesce(old_signals <> new_signals, false) AS other_signals,
            old_signals IS NOT NULL AND new_signals IS NOT NULL
                AND (old_scheme, old_class) <> (new_scheme, new_class) AS other_class
        FROM pairs
    )
"""
"""Of each entry that changed after the older release and was there by the newer: what it was in both. `earlier` is
what it was in the older, `later` in the newer where it changed since; else it is as its row says. What an entry that
since ended is forgotten, and is not compared."""

_COUNTS = f"{_PAIRS} SELECT before, now, other_class, other_signals, count(*) FROM keyed GROUP BY 1, 2, 3, 4"

_ROWS = f"""
    {_PAIRS}
    SELECT entry, ident, before, now, other_class, other_signals, old_scheme, old_class, new_scheme, new_class
    FROM keyed
    WHERE concat_ws(' ', before, now, other_class, other_signals) = ANY(%(keys)s) AND entry {{}} %(from)s
    ORDER BY entry {{}} LIMIT %(most)s
"""


class Changed(NamedTuple):
    """An entry that differs between two releases.

    Attributes:
        entry: its number.
        ident: its id; "" where its row is gone.
        before, now: its state in both; "" where it was not there.
        differences: in what it differs.
        old_class, new_class: its class with the scheme in both.
    """

    entry: int
    ident: str
    before: str
    now: str
    differences: frozenset[Difference]
    old_class: str
    new_class: str


class Span(NamedTuple):
    """Two releases of a list, by their numbers, the older first."""

    list: UUID
    old: int
    new: int


def counts(span: Span) -> dict[Pair, int]:
    """Return how many entries there are of each pair of what they were, that differ."""
    found = run(_COUNTS, span._asdict(), prepare=False)
    return {pair: count for *four, count in found if differences(pair := Pair(*four))}


def changed(span: Span, pairs: dict[Pair, int], start: int, most: int, *, backwards: bool = False) -> list[Changed]:
    """Return the entries of some pairs, those with the lowest numbers beyond one; or, backwards, those before it."""
    keys = [f"{one.before} {one.now} {'ft'[one.other_class]} {'ft'[one.other_signals]}" for one in pairs]
    sql = _ROWS.format("<", "DESC") if backwards else _ROWS.format(">", "")
    found = run(sql, {**span._asdict(), "keys": keys, "from": start, "most": most}, prepare=False)
    rows = [_changed(*row) for row in found]
    return rows[::-1] if backwards else rows


def _changed(entry: int, ident: str, *rest: object) -> Changed:
    before, now, other_class, other_signals, *classes = rest
    pair = Pair(str(before), str(now), bool(other_class), bool(other_signals))
    old, new = (" ".join(filter(None, map(str, two))) for two in (classes[:2], classes[2:]))
    return Changed(entry, ident, pair.before, pair.now, differences(pair), old, new)


def every(span: Span, pairs: dict[Pair, int], at_once: int) -> Iterator[Changed]:
    """Yield all entries of some pairs, read a part at a time."""
    start = -1
    while rows := changed(span, pairs, start, at_once):
        yield from rows
        start = rows[-1].entry
