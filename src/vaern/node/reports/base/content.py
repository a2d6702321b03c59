"""Unseal a report's arrival and the content of its items. For queries and actions, never for views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.arrivals import Arrival, File, Location
from vaern.node.base.sealing import seal, unseal
from vaern.node.reports.models.report import SEALED

if TYPE_CHECKING:
    from vaern.node.reports.models import Item, Report


class ItemContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The content of one item: a location, a file, or a file at a location.

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
    """Return the content of an item.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    return _item.decode(unseal(item.sealed, SEALED))


def sealed(content: Arrival | ItemContent) -> bytes:
    """Return the sealed bytes to store."""
    return seal(msgspec.json.encode(content).decode(), SEALED)


def items_of(arrival: Arrival) -> list[ItemContent]:
    """Return the items of a report, each once: its files first, then the locations without any of them."""
    found = [ItemContent(file.location, file) for file in arrival.files]
    at_files = {content.location for content in found}
    alone = dict.fromkeys(location for location in arrival.locations if location not in at_files)
    return found + [ItemContent(location) for location in alone]
