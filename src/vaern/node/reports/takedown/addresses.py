"""The address of an item: sealed at rest, defanged for people, exact for the host alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.base.addresses import defanged, normalised
from vaern.node.reports.base.content import item_of

if TYPE_CHECKING:
    from vaern.node.reports.models import Item


def url_of(item: Item) -> str:
    """Return the exact address as sent; "" without one. For notices only: people see `shown`."""
    content = item_of(item)
    place = content.location or (content.file.location if content.file else None)
    return place.url if place else ""


def host_of(item: Item) -> str:
    """Return the normalised host, for a look-up."""
    return normalised(url_of(item)).host


def shown(item: Item) -> str:
    """Return the address as shown to people: defanged, so that no program opens it."""
    return defanged(url_of(item))


def shown_host(item: Item) -> str:
    """Return the host alone, defanged, for lists."""
    return host_of(item).replace(".", "[.]")
