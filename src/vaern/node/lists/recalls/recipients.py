"""Who was given a record that rests on matches: what they did with it rests on them too.

A release gives sight of the record itself, and is found by the record. A handed-over case became one of the
recipient's own, which `cases.resting` follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from vaern.node.cases.models import Handover
from vaern.node.casework.models import Release

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import Model, QuerySet

CALLED = "called"
"""How people call the record that was released."""


def released(model: type[Model], records: QuerySet[Any] | Collection[UUID], code: str) -> QuerySet[Release]:
    """Return the releases of records, also those that ended: what was seen was seen.

    Args:
        model: of the records.
        records: their ids; a query has one column.
        code: the column by which people call one.
    """
    called = model.everywhere.filter(pk=OuterRef("record")).values(code)  # type: ignore[attr-defined]
    found: QuerySet[Release] = Release.everywhere.filter(kind=model.KIND, record__in=records)  # type: ignore[attr-defined]
    return found.exclude(pk__in=Handover.everywhere.values("release")).annotate(**{CALLED: Subquery(called)})
