"""Offers of other rooms on the public pages of a desk; they register here, so that reports know none of them.

offers.register(wishes.presenters.offer)      # in the room's `register()`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from vaern.node.reports.models import Desk


class Offer(NamedTuple):
    """Something that a reader may want instead of, or besides, reporting.

    Attributes:
        question: whom it is for.
        words: what it offers.
        link: the text of the link.
        url: the page.
    """

    question: Any
    words: Any
    link: Any
    url: str


Maker = Callable[["Desk | None"], Offer]
"""Makes the offer of a desk, or of the pages that belong to no desk."""

_OFFERS: list[Maker] = []


def register(make: Maker) -> None:
    """Add an offer."""
    if make not in _OFFERS:
        _OFFERS.append(make)


def offers_of(desk: Desk | None) -> list[Offer]:
    """Return the offers on a desk's pages."""
    return [make(desk) for make in _OFFERS]
