"""The external identifiers of a case, as one of the kinds of record that carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.base.absorbed import root_of, whole
from vaern.node.cases.base.locks import locked, touched
from vaern.node.cases.models import Case
from vaern.node.cases.rules.case import Event
from vaern.node.cases.work.sheet import READS_WORDS
from vaern.node.external.kinds import Kind
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer


def _lock(viewer: Viewer, case: Case) -> Case:
    return locked(viewer, case, Event.EDIT)


def _absorbed(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return what some cases absorbed, directly or not, with the one of them that did."""
    took = Case.everywhere.filter(merged_into__in=ids).values("merged_into")
    roots = Case.of(pk__in=took)
    return {part.pk: root.pk for root in roots for part in whole(root) if part.pk != root.pk}


def _absorbed_into(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return of cases that were absorbed the one that stands for them now."""
    merged = Case.everywhere.filter(pk__in=list(ids), merged_into__isnull=False)
    return {one.pk: root_of(one).pk for one in merged}


KIND = Kind(Case, _lock, touched, Permission.CASE_WORK, READS_WORDS, _absorbed, _absorbed_into)
