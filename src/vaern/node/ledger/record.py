"""Recording: one entry, in the same transaction as the act, and durable when the act is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from vaern.node.base.sql import run
from vaern.node.ledger.notes import commitment, fresh_salt, kept
from vaern.node.ledger.tags import GIVEN, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.ledger.rules import Act, Actor, Reason, Subject

COLUMNS = "act, verb, person, organisation, key, session, kind, subject, owner, why, recipient, count, tags, note"

TO_THE_HOUR = "date_trunc('hour', clock_timestamp(), 'UTC')"
"""The time of what a stranger does: to the second it would match a line of some access log."""

WAITS_SINCE = "e.at + CASE WHEN e.at = date_trunc('hour', e.at, 'UTC') THEN interval '1 hour' ELSE interval '0' END"
"""From when an entry `e` that has no place yet is known to wait: of what a stranger did, from the end of its hour, so
that nobody is told of a wait that was none, and whoever asks again and again does not see a stranger's act arrive."""

ENTRY = f"""
    WITH entry AS (
        INSERT INTO ledger_entry (at, {COLUMNS})
        VALUES (CASE WHEN %s THEN {TO_THE_HOUR} ELSE clock_timestamp() END, {", ".join(["%s"] * 14)}) RETURNING id
    ), pending AS (
        INSERT INTO ledger_pending (entry) SELECT id FROM entry
    )"""
WITHOUT_NOTE = f"{ENTRY} SELECT id FROM entry"
WITH_NOTE = f"""{ENTRY}, note AS (
        INSERT INTO ledger_note (entry, salt, words, details) SELECT id, %s::bytea, %s, %s FROM entry
    ) SELECT id FROM entry"""


def record(
    act: Act,
    subject: Subject,
    by: Actor,
    reason: Reason,
    *,
    recipient: UUID | None = None,
    count: int | None = None,
    details: str = "",
    tags: Mapping[str, str | int | None] | None = None,
) -> int:
    """Write one entry and return its number. One round trip; entry, queue row and note are written atomically.

    Args:
        act: what was done; it carries the verb.
        subject: to what.
        by: who did it. For a stranger the time is truncated to the hour.
        reason: why. Its words are stored outside the hashed part; how it was given is the tag `reason`.
        recipient: id of the organisation to which something was disclosed.
        count: how many records a list or a search showed.
        tags: codes for statistics (`ledger.tags`): part of the hashed entry, never erased.
        details: further text that may name people (what was searched for); stored with the reason's words.

    Raises:
        ValueError: a tag is not a code.
        TransactionManagementError: no transaction is open, so act and entry would not be atomic.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{act.code} is recorded in the transaction of the act itself: open one first")
    words, details = kept(reason.words), kept(details)
    if reason.given is not None:
        tags = {**(tags or {}), GIVEN: reason.given.value}
    salt = fresh_salt() if words or details else b""
    values = [
        by.is_unnamed,
        act.code,
        act.verb.value,
        by.person,
        by.organisation,
        by.key,
        by.session,
        subject.kind,
        subject.id,
        subject.owner,
        reason.why.value,
        recipient,
        count,
        written(tags) if tags else None,
        commitment(salt, words, details) if salt else None,
    ]
    return _run(WITH_NOTE, [*values, salt, words, details]) if salt else _run(WITHOUT_NOTE, values)


def _run(sql: str, values: list[Any]) -> int:
    ((entry,),) = run(sql, values)
    return int(entry)
