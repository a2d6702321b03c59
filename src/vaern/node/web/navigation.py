"""The navigation: each app registers its own lines when it is loaded, and a person sees those they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection

WORK, ALLIANCE, PEOPLE, ACCOUNT, OVERSIGHT, NODE = "work", "alliance", "people", "account", "oversight", "node"
GROUPS = {
    WORK: _("Work"),
    ALLIANCE: _("Alliance"),
    PEOPLE: _("Organisation"),
    OVERSIGHT: _("Oversight"),
    NODE: _("Node"),
    ACCOUNT: _("My account"),
}
"""The groups of lines, in their order. `ACCOUNT` is in the menu of the person, not at the side."""


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation.

    Attributes:
        label: a lazy string.
        url_name: of a route without parameters.
        permission: who sees it; empty for everybody who is signed in.
        order: within its group, low first.
        group: one of GROUPS.
    """

    label: object
    url_name: str
    permission: str = ""
    order: int = 50
    group: str = WORK


@dataclass(frozen=True)
class Line:
    """A line as a page shows it."""

    label: object
    url: str
    current: bool


_ITEMS: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Add lines; in an app's `ready()`."""
    for item in items:
        if item.group not in GROUPS:
            raise ValueError(f"{item.group!r} is not a group of the navigation")
        if item not in _ITEMS:
            _ITEMS.append(item)


def lines_for(permissions: Collection[str], path: str) -> dict[str, list[Line]]:
    """Return the lines that somebody with these permissions sees, by group; the one whose page is open is current.

    Args:
        permissions: of the viewer.
        path: of the request.
    """
    found: dict[str, list[tuple[NavItem, str]]] = {group: [] for group in GROUPS}
    for item in sorted(_ITEMS, key=lambda item: item.order):
        if item.permission and item.permission not in permissions:
            continue
        try:
            found[item.group].append((item, reverse(item.url_name)))
        except NoReverseMatch:  # the app is there, its routes are not (a test with other urls)
            continue
    addresses = [url for group in found.values() for _item, url in group]
    fitting = [url for url in addresses if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=len, default="")
    return {
        group: [Line(item.label, url, url == current) for item, url in items] for group, items in found.items() if items
    }
