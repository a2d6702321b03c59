"""Which records of effects an organisation still has: an effect outlives the release by which a record was received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.models import Case
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.reports.models import DomainBlock, Report
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import Model

    from vaern.node.lists.models import RecallEffect

RECORDS: tuple[tuple[Collection[EffectKind], type[Model]], ...] = (
    ((EffectKind.SCAN,), Scan),
    ((EffectKind.REPORT, EffectKind.NOTICE, EffectKind.BLOCK), Report),
    ((EffectKind.SERIES,), Series),
    ((EffectKind.CASE,), Case),
    ((EffectKind.DOMAIN,), DomainBlock),
)
"""What the effects of each kind are about."""


def reached(effects: Iterable[RecallEffect]) -> frozenset[UUID]:
    """Return the records of effects that the viewer in scope has or still receives.

    What is not theirs any more, or is erased, is named, because they acknowledge it, and leads nowhere.
    """
    wanted: dict[str, set[UUID]] = {}
    for one in effects:
        if one.record is not None:
            wanted.setdefault(one.kind, set()).add(one.record)
    found: set[UUID] = set()
    for kinds, model in RECORDS:
        if ids := set().union(*(wanted.get(kind.value, set()) for kind in kinds)):
            found.update(model.objects.filter(pk__in=ids).values_list("pk", flat=True))  # type: ignore[attr-defined]
    return frozenset(found)
