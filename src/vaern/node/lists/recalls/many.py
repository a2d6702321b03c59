"""What rested on the entries of many recalls at once, as a source sends them: on most nothing, which is asked first.

Following one entry asks some twenty questions. Of ten thousand entries three say which were ever matched; the others
concern whoever receives the list alone. Each part is a transaction of its own, so that nobody waits for the last.
"""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.lists.base import elsewhere
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.models import EntryRecall, RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.tracing import QUALITY, close_feedback, effect_of, receivers, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

AT_ONCE = 500
"""Recalls of one transaction."""


class Part(NamedTuple):
    """Some recalls of entries of one list."""

    list: UUID
    recalls: tuple[UUID, ...]


def parts(most: int) -> list[Part]:
    """Return the recalls whose effects nobody has looked for yet, in parts, at most so many."""
    waiting = EntryRecall.everywhere.filter(traced_at=None).order_by("list", "at").values_list("list", "pk")[:most]
    return [
        Part(id, part) for id, rows in groupby(waiting, lambda row: row[0]) for part in _cut([pk for _id, pk in rows])
    ]


def _cut(ids: Sequence[UUID]) -> Iterator[tuple[UUID, ...]]:
    rest = iter(ids)
    while part := tuple(islice(rest, AT_ONCE)):
        yield part


def trace_unmatched(part: Part) -> int:
    """Write down whom the recalls of a part concern whose entries were never matched; return how many these are.

    The others are left as they are, to be followed one by one.
    """
    with transaction.atomic():
        rows = EntryRecall.everywhere.select_for_update(of=("self",), no_key=True, skip_locked=True)
        recalls = list(rows.select_related("list").filter(pk__in=part.recalls, traced_at=None).order_by("pk"))
        if not recalls:
            return 0
        hash_list = recalls[0].list
        met = matched(hash_list.name, [one.ident for one in recalls])
        quiet = [one for one in recalls if one.ident not in met]
        concerned = receivers(hash_list)
        told = {one.pk: list(concerned(one.ident)) for one in quiet}
        RecallEffect.everywhere.bulk_create(
            (effect_of(one, rested) for one in quiet for rested in told[one.pk]), ignore_conflicts=True
        )
        elsewhere.recalled(hash_list, quiet)
        close_feedback(hash_list, quiet)
        EntryRecall.everywhere.filter(pk__in=[one.pk for one in quiet]).update(traced_at=timezone.now())
        for one in quiet:
            record(acts.TRACED, subject_of(one), NODE, QUALITY, count=len(told[one.pk]))
    return len(quiet)


def matched(name: str, idents: Sequence[str]) -> set[str]:
    """Return which entries of a list anything was ever matched with."""
    found: set[str] = set()
    for of in matches_with(name):
        rows = of.rows.filter(entry__in=idents).order_by()
        found.update(rows.values_list("entry", flat=True).distinct())
    return found
