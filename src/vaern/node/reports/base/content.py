"""What was sealed, opened again: a report's arrival, and what an item is. For queries and actions, never for views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.arrivals import Arrival, File, Location
from vaern.node.base.sealing import seal, unseal
from vaern.node.reports.models.report import SEALED

if TYPE_CHECKING:
    from vaern.node.reports.models import Item, Report


class ItemContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one item is: a location, a file, or a file at a location.

    Attributes:
        location: where it is or was; None if nobody said.
        file: its hashes and metadata; None for a location alone.
    """

    location: Location | None = None
    file: File | None = None


_arrival = msgspec.json.Decoder(Arrival)
_item = msgspec.json.Decoder(ItemContent)


def arrival_of(report: Report) -> Arrival:
    """Return the report as it arrived.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    return _arrival.decode(unseal(report.sealed, SEALED))


def item_of(item: Item) -> ItemContent:
    """Return what an item is.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    return _item.decode(unseal(item.sealed, SEALED))


def sealed(content: Arrival | ItemContent) -> bytes:
    """Return the bytes that are kept of it."""
    return seal(msgspec.json.encode(content).decode(), SEALED)


def items_of(arrival: Arrival) -> list[ItemContent]:
    """Return what a report is about, each once: first its files, then the locations that hold none of them."""
    found = [ItemContent(file.location, file) for file in arrival.files]
    at_files = {content.location for content in found}
    alone = dict.fromkeys(location for location in arrival.locations if location not in at_files)
    return found + [ItemContent(location) for location in alone]
