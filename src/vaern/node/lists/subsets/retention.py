"""How subsets of lists end: by a person, or with their list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.casework.retention.kinds import Retention
from vaern.node.lists.base.subsets import subset_folder
from vaern.node.lists.curation.retention import off_disk
from vaern.node.lists.lookups.callers import write_soon as tell_callers
from vaern.node.lists.models import ListSubset
from vaern.node.lists.subsets import acts

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _delete(subset: ListSubset) -> None:
    folder = subset_folder(subset.name)
    subset.delete()
    transaction.on_commit(lambda: off_disk(folder), robust=True)
    tell_callers()


def _none() -> QuerySet[ListSubset]:
    """Return what the clock comes to: it ends the list, and that its subsets."""
    return ListSubset.everywhere.none()


RETENTION = Retention(
    model=ListSubset, name="subsets of lists", expired=acts.EXPIRED, erased=acts.ERASED, delete=_delete, rows=_none
)
