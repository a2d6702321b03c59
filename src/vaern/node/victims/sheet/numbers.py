"""External identifiers of a series, one of the kinds of record that carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.external.kinds import Kind
from vaern.node.organisations.rules import Permission
from vaern.node.victims.base import life
from vaern.node.victims.base.queries import parts_of
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def _absorbed(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return what some series absorbed, directly or not, with the one of them that did."""
    took = Series.everywhere.filter(absorbed_into__in=ids).values_list("absorbed_into", flat=True)
    return {part: root for root in set(took) for part in parts_of(root) if part != root}


def _absorbed_into(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return of series that were absorbed the one that stands for them now. There are no circles."""
    found: dict[UUID, UUID] = {}
    for id in ids:
        at = id
        while (into := Series.everywhere.filter(pk=at).values_list("absorbed_into", flat=True).first()) is not None:
            found[id] = at = into
    return found


KIND = Kind(
    Series,
    life.own_locked,
    life.save,
    Permission.SERIES_WORK,
    frozenset({Permission.SERIES_WORK, Permission.CASE_WORK}),
    _absorbed,
    _absorbed_into,
)
