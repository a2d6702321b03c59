"""Recording: one entry, in the same transaction as the act, and durable when the act is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from vaern.node.base.sql import PREPARED_ROWS, run
from vaern.node.ledger.notes import commitment, fresh_salt, kept
from vaern.proofs.tags import GIVEN, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Act, Actor, Reason, Subject

COLUMNS = "act, verb, person, organisation, key, session, kind, subject, owner, why, recipient, count, tags, note"

TO_THE_HOUR = "date_trunc('hour', clock_timestamp(), 'UTC')"
"""The time of what a stranger does: to the second it would match a line of some access log."""

WAITS_SINCE = "e.at + CASE WHEN e.at = date_trunc('hour', e.at, 'UTC') THEN interval '1 hour' ELSE interval '0' END"
"""From when an entry `e` that has no place yet is known to wait: of what a stranger did, from the end of its hour, so
that nobody is told of a wait that was none, and whoever asks again and again does not see a stranger's act arrive."""

WIDTH = 15
"""Values of one entry (`_values`)."""


def _row(first: int) -> str:
    """Return the placeholders of an entry whose values begin with this one."""
    rest = ", ".join(f"${number}" for number in range(first + 1, first + WIDTH))
    return f"(CASE WHEN ${first} THEN {TO_THE_HOUR} ELSE clock_timestamp() END, {rest})"


@lru_cache(maxsize=32)
def _entering(count: int) -> str:
    """Return the start of the statement that writes so many entries, with numbered placeholders."""
    rows = ", ".join(_row(1 + WIDTH * number) for number in range(count))
    return f"""
    WITH entry AS (
        INSERT INTO ledger_entry (at, {COLUMNS}) VALUES {rows} RETURNING id
    ), pending AS (
        INSERT INTO ledger_pending (entry) SELECT id FROM entry ORDER BY id
    )"""


ENTRY = _entering(1)
WITHOUT_NOTE = f"{ENTRY} SELECT id FROM entry"
WITH_NOTE = f"""{ENTRY}, note AS (
        INSERT INTO ledger_note (entry, salt, words, details) SELECT id, $16::bytea, $17, $18 FROM entry
    ) SELECT id FROM entry"""


@dataclass(frozen=True)
class Entered:
    """What an entry says beside the act; as the arguments of `record`."""

    subject: Subject
    by: Actor
    reason: Reason
    tags: Mapping[str, str | int | None] | None = None
    recipient: UUID | None = None
    count: int | None = None


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
    entered = Entered(subject, by, reason, tags, recipient, count)
    words, details = kept(reason.words), kept(details)
    salt = fresh_salt() if words or details else b""
    values = _values(act, entered, commitment(salt, words, details) if salt else None)
    return _run(WITH_NOTE, [*values, salt, words, details]) if salt else _run(WITHOUT_NOTE, values)


def record_each(act: Act, entered: Sequence[Entered]) -> None:
    """Write an entry for each of many, in their order: those whose reasons have no words, and so no note, at once.

    Args:
        act: what was done to all of them.
        entered: what each says.

    Raises:
        ValueError: a tag is not a code.
        TransactionManagementError: no transaction is open.
    """
    for has_words, group in groupby(entered, key=lambda one: bool(one.reason.words)):
        several = list(group)
        if has_words:
            for one in several:
                record(act, one.subject, one.by, one.reason, recipient=one.recipient, count=one.count, tags=one.tags)
        else:
            values = [value for one in several for value in _values(act, one, None)]
            sql = f"{_entering(len(several))} SELECT id FROM entry"
            run(sql, values, prepare=len(several) <= PREPARED_ROWS, numbered=True)


def _values(act: Act, said: Entered, note: bytes | None) -> list[Any]:
    """Return the values of one entry, as `_row` has them."""
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{act.code} is recorded in the transaction of the act itself: open one first")
    tags = said.tags
    if said.reason.given is not None:
        tags = {**(tags or {}), GIVEN: said.reason.given.value}
    return [
        said.by.is_unnamed,
        act.code,
        act.verb.value,
        said.by.person,
        said.by.organisation,
        said.by.key,
        said.by.session,
        said.subject.kind,
        said.subject.id,
        said.subject.owner,
        said.reason.why.value,
        said.recipient,
        said.count,
        written(tags) if tags else None,
        note,
    ]


def _run(sql: str, values: list[Any]) -> int:
    ((entry,),) = run(sql, values, numbered=True)
    return int(entry)
