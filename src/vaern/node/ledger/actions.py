"""Erasing what people typed: besides `record`, the ledger's only write. The entry and its proof stay."""

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

    The erasure's own note lists the entries, so its digest commits to them and `verify` accepts exactly these gaps.
    That note cannot be erased, so it must not contain free text: the reason for an erasure is a code.

    Args:
        entries: numbers of the entries; those without a note, and erasures, are skipped.
        by: who erases.
        why: any reason but `OTHER`, which requires words.
        subject: the person or record for whose sake they are erased, if any.

    Returns:
        The number of notes erased; if 0, nothing is recorded.

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
