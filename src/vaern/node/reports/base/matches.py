"""The matches of items beside the nearest, which an item's own columns have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.matches import beside_nearest
from vaern.node.reports.models import ItemMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Item


def further(items: Sequence[Item]) -> dict[int, list[ItemMatch]]:
    """Return the matches beside the nearest of items that the viewer was given, by item."""
    nearest = {one.pk: (one.known_list, one.known_entry) for one in items if one.known_list}
    rows = ItemMatch.of(item__in=[one for one in items if one.known_list]) if nearest else ()
    return beside_nearest(rows, nearest, "item_id")
