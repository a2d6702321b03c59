"""The navigation: each app registers its items when it is loaded, and people see those they may open."""

from __future__ import annotations

import re
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
    """A navigation item.

    Attributes:
        label: a lazy string.
        url_name: of a route without parameters.
        permission: required to see it; empty for everybody signed in.
        order: within its group, lowest first.
        group: one of GROUPS.
        pages: a regular expression for the start of further paths that belong to the item, besides those below its own.
    """

    label: object
    url_name: str
    permission: str = ""
    order: int = 50
    group: str = WORK
    pages: str = ""


@dataclass(frozen=True)
class Line:
    """An item as rendered on a page."""

    label: object
    url: str
    current: bool


_ITEMS: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Register items; called in an app's `ready()`."""
    for item in items:
        if item.group not in GROUPS:
            raise ValueError(f"{item.group!r} is not a group of the navigation")
        if item not in _ITEMS:
            _ITEMS.append(item)


def lines_for(permissions: Collection[str], path: str) -> dict[str, list[Line]]:
    """Return the items visible with these permissions, by group, with the current page's marked.

    Args:
        permissions: of the viewer.
        path: of the request.
    """
    urls: dict[NavItem, str] = {}
    for item in sorted(_ITEMS, key=lambda item: item.order):
        try:
            urls[item] = reverse(item.url_name)
        except NoReverseMatch:  # the app is there, its routes are not (a test with other urls)
            continue
    # Of all lines, also of those that this person does not see: a page of theirs is no page of the next shorter one.
    current = max(urls, key=lambda item: _fits(item, urls[item], path), default=None)
    is_there = current is not None and _fits(current, urls[current], path) > 0
    found: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for item, url in urls.items():
        if not item.permission or item.permission in permissions:
            found[item.group].append(Line(item.label, url, is_there and item == current))
    return {group: lines for group, lines in found.items() if lines}


def _fits(item: NavItem, url: str, path: str) -> int:
    """Return the length of the longest prefix of a path that belongs to an item; 0 for none."""
    own = len(url) if path == url or (url != "/" and path.startswith(url)) else 0
    further = re.match(item.pages, path) if item.pages else None
    return max(own, further.end() if further else 0)
