"""When each person last looked at a list, kept as one row a person and list; later rows are marked as new to them.

A visit ends when nothing was asked of the list for as long as a session may be idle. Within a visit the mark stays, so
that paging and reloading change nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.sql import run
from vaern.node.organisations.models import LastLook

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.models import Person

VISIT = timedelta(minutes=30)
"""So long after the last look another one begins a new visit."""

_NOTE = f"""
    INSERT INTO {LastLook._meta.db_table} AS known (person_id, list, looked_at) VALUES (%(person)s, %(list)s, %(now)s)
    ON CONFLICT (person_id, list) DO UPDATE SET
        since = CASE WHEN known.looked_at <= %(ended)s THEN known.looked_at ELSE known.since END,
        looked_at = GREATEST(known.looked_at, excluded.looked_at)
    RETURNING since"""


def note(person: Person, name: str) -> datetime | None:
    """Record that somebody looks at a list; return when they last did before this visit, None if they never did."""
    now = timezone.now()
    ((since,),) = run(_NOTE, {"person": person.pk, "list": name, "now": now, "ended": now - VISIT})
    return since  # type: ignore[no-any-return]


def before(person: Person, name: str) -> datetime | None:
    """Return the moment since when rows are marked as new to somebody, without recording a look."""
    return LastLook.objects.filter(person=person, list=name).values_list("since", flat=True).first()


def forget(person: UUID) -> None:
    """Delete when somebody looked at what."""
    LastLook.objects.filter(person_id=person).delete()
