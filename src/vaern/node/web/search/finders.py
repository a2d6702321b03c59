"""Finders: each room makes known what the search finds of it.

    finders.register(Finder("scan", _("Scans"), Permission.SCAN_VIEW, Look.HASH | Look.NUMBER | Look.WORDS, find, 30))

A finder takes the viewer and what is wanted, asks within the viewer's scope (`objects`, `own`), by an index, and
returns no more than it is asked for. What exists and may not be seen is then what does not exist: it is asked for with
the same statements, and left out by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vaern.node.web.components import Chip
    from vaern.node.web.search.looks import Look, Wanted

MOST = 10
"""Of a kind that one search shows."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    Attributes:
        title: how people call it.
        url: its page, which asks its own reason.
        detail: by what it was found, or what tells it from its like; never what is sealed.
        state: where it stands.
    """

    title: object
    url: str
    detail: object = ""
    state: Chip | None = None


@dataclass(frozen=True)
class Finder:
    """What the search finds of one kind.

    Attributes:
        kind: its code, which the entry of the ledger has.
        label: several of them, as people call them.
        permission: what the pages that it leads to ask for; "" for whoever is signed in.
        looks: it is asked where a text may be one of these.
        find: from viewer, what is wanted, and how many at most.
        order: of its results, the lowest first.
        offers: it finds nothing itself, and offers where to go on; it is not counted.
        asks: its pages ask for a reason: whoever searched for a record says why they open it.
    """

    kind: str
    label: object
    permission: str
    looks: Look
    find: Callable[[Any, Wanted, int], Iterable[Hit]]
    order: int
    offers: bool = False
    asks: bool = False


_FINDERS: dict[str, Finder] = {}


def register(*finders: Finder) -> None:
    """Make finders known; in an app's `ready()`. Doing it again changes nothing.

    Raises:
        ValueError: two are of one kind.
    """
    for one in finders:
        if _FINDERS.setdefault(one.kind, one).find is not one.find:
            raise ValueError(f"two finders are of the kind {one.kind}")


def finders() -> list[Finder]:
    """Return all of them, in the order of their results."""
    return sorted(_FINDERS.values(), key=lambda one: one.order)


def asked_for(viewer: Any, wanted: Wanted) -> list[Finder]:
    """Return the finders that are asked: those whose pages the viewer may open and that can have what is wanted."""
    permissions = viewer.permissions
    return [
        one for one in finders() if one.looks & wanted.looks and (not one.permission or one.permission in permissions)
    ]


def each_once(hits: Iterable[Hit], most: int) -> list[Hit]:
    """Return hits without those that lead to the page of an earlier one; at most so many."""
    found: dict[str, Hit] = {}
    for hit in hits:
        if len(found) >= most:
            break
        found.setdefault(hit.url, hit)
    return list(found.values())
