"""A list and its source, locked in the order in which everybody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.lists.models import HashList, ListSource

if TYPE_CHECKING:
    from uuid import UUID


def locked(id: UUID) -> ListSource | None:
    """Lock the list and its source, in the order in which everybody does."""
    hash_list = HashList.everywhere.select_for_update(of=("self",), no_key=True).filter(pk=id).first()
    found: ListSource | None = ListSource.everywhere.select_for_update(of=("self",)).filter(list=id).first()
    if found is not None and hash_list is not None:
        found.list = hash_list
    return found
