"""What is known of the source of a list; nobody reads its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.lists.models import ListSource

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList


def source_of(hash_list: HashList) -> ListSource | None:
    """Return the source of a list that the viewer was given; None where it is not fetched."""
    found: ListSource | None = ListSource.of(list=hash_list).select_related("set_by").first()
    return found
