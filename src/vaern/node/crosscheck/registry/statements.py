"""The statements of the registry. Each touches an index for each key and organisation, however many rows there are.

Who holds a digest is found by stepping from one organisation to the next in the index (`crosscheck_key`), never by
reading all the rows of a digest that thousands hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Collection

    from vaern.node.crosscheck.base.keys import Key

MOST_LOCKED = 64
"""Keys that are locked one by one; PostgreSQL's table of locks is finite. More take the whole registry."""

_HOLDERS = """
    LATERAL (
        WITH RECURSIVE step(id) AS (
            (SELECT organisation_id FROM crosscheck_enrolled WHERE digest = w.digest ORDER BY organisation_id LIMIT 1)
            UNION ALL
            SELECT (SELECT organisation_id FROM crosscheck_enrolled
                WHERE digest = w.digest AND organisation_id > step.id ORDER BY organisation_id LIMIT 1)
            FROM step WHERE step.id IS NOT NULL
        ) SELECT id FROM step WHERE id IS NOT NULL
    ) holder
"""

_MEET = f"""
    WITH shared AS (
        SELECT met.enrolment_id AS id, array_agg(DISTINCT w.kind ORDER BY w.kind) AS kinds, holder.id AS organisation
        FROM unnest(%(digests)s::bytea[], %(kinds)s::text[]) w(digest, kind), {_HOLDERS}, LATERAL (
            SELECT enrolment_id FROM crosscheck_enrolled
            WHERE digest = w.digest AND organisation_id = holder.id AND enrolment_id <> ALL(%(apart)s)
            ORDER BY enrolment_id DESC LIMIT %(most)s
        ) met GROUP BY met.enrolment_id, holder.id
    )
    INSERT INTO crosscheck_meeting AS meeting (id, one_id, other_id, inside, kinds, met_at)
    SELECT gen_random_uuid(), least(id, %(own)s), greatest(id, %(own)s), organisation = %(organisation)s, kinds, now()
    FROM shared ORDER BY 2, 3
    ON CONFLICT (one_id, other_id) DO UPDATE SET kinds = ARRAY(
        SELECT DISTINCT kind FROM unnest(meeting.kinds || excluded.kinds) kind ORDER BY kind
    ) RETURNING id, xmax = 0
"""

_ADD = """
    INSERT INTO crosscheck_enrolled (enrolment_id, organisation_id, kind, digest)
    SELECT %(own)s, %(organisation)s, w.kind, w.digest
    FROM unnest(%(digests)s::bytea[], %(kinds)s::text[]) w(digest, kind)
    ON CONFLICT (enrolment_id, digest) DO NOTHING RETURNING digest
"""

_SHARED_STILL = """
    SELECT m.id, ARRAY(
        SELECT DISTINCT k.kind FROM crosscheck_enrolled k JOIN crosscheck_enrolled o USING (digest)
        WHERE k.enrolment_id = m.one_id AND o.enrolment_id = m.other_id AND k.kind = ANY(%(justifying)s)
        ORDER BY k.kind
    ) FROM crosscheck_meeting m WHERE (m.one_id = %(own)s OR m.other_id = %(own)s) AND m.other_id IS NOT NULL
"""

_WHO_ELSE = f"""
    SELECT w.kind, holder.id, bool_or(e.state = 'open'), bool_or(e.state = 'identified')
    FROM unnest(%(digests)s::bytea[], %(kinds)s::text[]) w(digest, kind), {_HOLDERS}, LATERAL (
        SELECT enrolment_id FROM crosscheck_enrolled
        WHERE digest = w.digest AND organisation_id = holder.id ORDER BY enrolment_id DESC LIMIT %(most)s
    ) met JOIN crosscheck_enrolment e ON e.id = met.enrolment_id
    WHERE holder.id <> %(organisation)s
    GROUP BY w.kind, holder.id
"""


def lock(keys: Collection[Key]) -> None:
    """Wait until nobody else registers or withdraws the same keys; those that justify no meeting need no waiting.

    Always in the same order, so that two transactions that call this once never wait for each other. Many keys take
    the whole registry instead, which whoever locks single keys shares.
    """
    numbers = sorted({int.from_bytes(key.digest[:8], signed=True) for key in keys if key.justifies})
    if len(numbers) > MOST_LOCKED:
        _run("SELECT 1 FROM pg_advisory_xact_lock(hashtext('crosscheck'), 0)", None)
    elif numbers:
        _run("SELECT 1 FROM pg_advisory_xact_lock_shared(hashtext('crosscheck'), 0)", None)
        _run("SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%s::bigint[]) k", [numbers])


def add(own: int, organisation: Any, keys: Collection[Key]) -> list[Key]:
    """Add keys to an enrolment, and return those that it did not have."""
    found = {bytes(digest) for (digest,) in _run(_ADD, {"own": own, "organisation": organisation, **_columns(keys)})}
    return [key for key in keys if key.digest in found]


def meet(own: int, organisation: Any, keys: Collection[Key], most: int, apart: Collection[int] = ()) -> list[Any]:
    """Make the meetings of an enrolment by keys, or add to their kinds, and return the ids of those that are new.

    Args:
        own: the enrolment, and
        organisation: whose it is.
        keys: that justify a meeting.
        most: records of one organisation that it meets by one key, the latest.
        apart: enrolments that it does not meet.
    """
    if not keys:
        return []
    given = {"own": own, "organisation": organisation, "most": most, "apart": [own, *apart], **_columns(keys)}
    rows = _run(_MEET, given)
    return [id for id, new in rows if new]


def shared_still(own: int, justifying: Collection[str]) -> list[tuple[Any, list[str]]]:
    """Return every meeting of an enrolment with another of this node, with the kinds of keys that still justify it."""
    return _run(_SHARED_STILL, {"own": own, "justifying": sorted(justifying)})


def who_else(organisation: Any, keys: Collection[Key], most: int) -> list[tuple[str, Any, bool, bool]]:
    """Return kind of key, another organisation that holds one, and whether work there is open, or identified somebody.

    Args:
        organisation: whose own records do not count.
        keys: that are asked about.
        most: of one organisation's records by one key are looked at, the latest.
    """
    return _run(_WHO_ELSE, {"organisation": organisation, "most": most, **_columns(keys)}) if keys else []


def _columns(keys: Collection[Key]) -> dict[str, Any]:
    return {"digests": [key.digest for key in keys], "kinds": [key.kind for key in keys]}


def _run(sql: str, values: Any) -> list[Any]:
    """Return the rows of a statement, prepared: most of the time of these is their planning.

    Django binds values into the text of a statement, which then is another each time; psycopg beneath it does not.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: Any = connection.connection
    raw.prepare_threshold = raw.prepare_threshold or 1  # Django's None means never
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall()
