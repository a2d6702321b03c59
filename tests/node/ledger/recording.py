"""What the tests of the ledger share: how they write entries and how they get past the triggers."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Act, Actor, Reason, Subject, Verb, Why

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENED = Act("tests.record.opened", Verb.CONSULTATION, "{person} opened {subject}")
PERSON, ORGANISATION = uuid.UUID(int=1), uuid.UUID(int=2)


def enter(count: int = 1, words: str = "", **more: Any) -> list[int]:
    """Record some entries, each in a transaction of its own, and return their numbers."""
    entries = []
    for _ in range(count):
        with transaction.atomic():
            subject = Subject("scan", uuid.uuid4(), ORGANISATION)
            by = Actor(person=PERSON, organisation=ORGANISATION)
            entries.append(record(OPENED, subject, by, Reason(Why.ASSESSMENT, words), **more))
    return entries


@contextmanager
def without_triggers() -> Iterator[Any]:
    """A cursor of somebody who has taken over the database: as superuser, with all triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def rows(sql: str, *values: Any) -> list[tuple]:
    """Return what a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
