"""The one write of the ledger besides `record`: erasing what people typed. The entry and its proof stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.ledger.acts import NOTE_ERASED
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject
from vaern.node.ledger.triggers import ERASING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Actor, Why

FOUND = """
    SELECT n.entry FROM ledger_note n JOIN ledger_entry e ON e.id = n.entry
    WHERE n.entry = ANY(%s) AND e.act <> %s ORDER BY n.entry FOR UPDATE OF n
"""
NOTES = Subject("note")


def erase_notes(entries: Iterable[int], by: Actor, why: Why, subject: Subject = NOTES) -> int:
    """Erase the notes of some entries, and record that as one entry.

    The numbers of the entries stand in the note of the erasure's own entry, so its digest commits to them, and
    `verify` accepts exactly these gaps. That note cannot be erased; so it may hold no words, and the reason for an
    erasure is a code.

    Args:
        entries: whose notes; those without one, and erasures, are passed over.
        by: who erases.
        why: any reason but `OTHER`, which asks for words.
        subject: on whose account, if on somebody's.

    Returns:
        How many notes there were; with none, nothing is recorded.

    Raises:
        ValueError: the reason is `OTHER`.
    """
    reason = Reason(why)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOUND, [list(entries), NOTE_ERASED.code])
        found = [entry for (entry,) in cursor.fetchall()]
        if not found:
            return 0
        erasure = record(NOTE_ERASED, subject, by, reason, count=len(found), details=json.dumps(found))
        cursor.execute("SELECT set_config(%s, %s, true)", [ERASING, str(erasure)])
        cursor.execute("DELETE FROM ledger_note WHERE entry = ANY(%s)", [found])
        cursor.execute("SELECT set_config(%s, '', true)", [ERASING])
    return len(found)
