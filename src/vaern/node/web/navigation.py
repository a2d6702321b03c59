"""The menu: each app registers its pages when it is loaded, and people see those they may open.

The menu has entries, and an entry has pages. Whoever may open several pages of an entry sees them as tabs, on each of
them. No menu is longer than `MOST`: where somebody's would be, entries become tabs of the entry that is named beside
them, in one order for everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.web.components import Tab

if TYPE_CHECKING:
    from collections.abc import Collection

MOST = 9
"""The largest number of entries in anybody's menu, the one in the menu of the person included."""

TODAY, REPORTS, TAKEDOWN, FORWARDED, SENT = "today", "reports", "takedown", "forwarded", "sent"
SCANS, SERIES, SURVIVORS, CASES, ASSISTANCE = "scans", "series", "survivors", "cases", "assistance"
MATCHES, CROSSCHECK, ALLIANCE, PRESS = "matches", "crosscheck", "alliance", "press"
LISTS = "lists"
UNUSUAL, LEDGER, SESSIONS, SUBJECTS = "unusual", "ledger", "sessions", "subjects"
DESK, WELFARE, ORGANISATION, EXCHANGE, ACCOUNT = "desk", "welfare", "organisation", "exchange", "account"


@dataclass(frozen=True)
class Entry:
    """An entry of the menu.

    Attributes:
        word: in the menu, and as the heading and title of the page that it opens.
        into: the entry of which it becomes a tab in a menu that would be too long.
        folds: which becomes a tab first, lowest first.
    """

    word: object
    into: str = ""
    folds: int = 0


ENTRIES: dict[str, Entry] = {
    TODAY: Entry(_("Today")),
    REPORTS: Entry(_("Reports")),
    TAKEDOWN: Entry(_("Takedown")),
    FORWARDED: Entry(_("Forwarded"), REPORTS, 2),
    SENT: Entry(_("Sent reports"), FORWARDED, 1),
    SCANS: Entry(_("Scans"), SERIES, 3),
    LISTS: Entry(_("Hash lists"), SCANS, 0),
    SERIES: Entry(_("Series")),
    CASES: Entry(_("Cases")),
    ASSISTANCE: Entry(_("Legal assistance"), CASES, 4),
    MATCHES: Entry(_("Matches")),
    CROSSCHECK: Entry(_("Cross-check desk"), MATCHES, 6),
    SURVIVORS: Entry(_("Survivors"), TAKEDOWN, 7),
    UNUSUAL: Entry(_("What is unusual")),
    LEDGER: Entry(_("Ledger")),
    SESSIONS: Entry(_("Administrators’ sessions")),
    SUBJECTS: Entry(_("Data subjects")),
    ALLIANCE: Entry(_("Alliance")),
    PRESS: Entry(_("Press"), ALLIANCE, 8),
    DESK: Entry(_("Desk")),
    WELFARE: Entry(_("Welfare"), "organisation", 5),
    ORGANISATION: Entry(_("Organisation")),
    EXCHANGE: Entry(_("Exchange"), "organisation", 9),
    ACCOUNT: Entry(_("My account")),
}
"""The entries, in their order. `ACCOUNT` is in the menu of the person, not at the side."""


@dataclass(frozen=True)
class NavItem:
    """A page that an entry opens, or that is a tab of it.

    Attributes:
        label: a lazy string: the word of its tab, and the heading and title of the page.
        url_name: of a route without parameters.
        permission: required to see it; empty for everybody signed in.
        order: within its entry, lowest first.
        entry: one of ENTRIES.
        pages: a regular expression for the start of further paths that belong to the page, besides those below its own.
    """

    label: object = field(compare=False)
    url_name: str
    permission: str = ""
    order: int = 50
    entry: str = TODAY
    pages: str = ""


@dataclass(frozen=True)
class Line:
    """An entry as rendered on a page."""

    label: object
    url: str
    current: bool


@dataclass(frozen=True)
class Place:
    """Where in the menu a page is.

    Attributes:
        word: of the entry that is lit.
        url: of the page that the entry opens.
        heading: of this page and its title, if it is a page of the entry: the word in the menu on the page that the
            entry opens, the word of the tab on the others.
        tabs: the pages of the entry, if this page is one of several.
    """

    word: object
    url: str
    heading: object = ""
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True)
class Menu:
    """The menu of one viewer on one page.

    Attributes:
        entries: at the side.
        account: in the menu of the person.
        place: where the page is.
        pages: all that the entries open, tabs too, each with the word of its entry, or of its tab where it is the page
            that the entry opens.
    """

    entries: tuple[Line, ...] = ()
    account: tuple[Line, ...] = ()
    place: Place | None = None
    pages: tuple[tuple[Line, object], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.entries or self.account)


_ITEMS: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Register pages; called in an app's `ready()`."""
    for item in items:
        if item.entry not in ENTRIES:
            raise ValueError(f"{item.entry!r} is not an entry of the menu")
        if item not in _ITEMS:
            _ITEMS.append(item)


def menu_for(permissions: Collection[str], path: str) -> Menu:
    """Return the menu of somebody with these permissions, with the entry of the current page lit.

    Args:
        permissions: of the viewer.
        path: of the request.
    """
    urls = _addresses(tuple(_ITEMS), settings.ROOT_URLCONF)
    shown = _folded(permissions, urls)
    there = _page_of(path, urls, {item for items in shown.values() for item in items})
    lines: dict[str, Line] = {}
    pages: list[tuple[Line, object]] = []
    place = None
    for key, items in shown.items():
        first, current = urls[items[0]], there in items
        word = ENTRIES[key].word
        lines[key] = Line(word, first, current)
        for item in items:
            names = (word, item.label) if urls[item] == first else (item.label, word)
            pages.append((Line(names[0], urls[item], item == there), names[1]))
        if current and there:
            place = Place(word, first)
            if path == urls[there]:
                tabs = tuple(Tab(item.label, urls[item], item == there) for item in items)
                heading = word if path == first else there.label
                place = Place(word, first, heading, tabs if len(tabs) > 1 else ())
    account = lines.pop(ACCOUNT, None)
    return Menu(tuple(lines.values()), (account,) if account else (), place, tuple(pages))


@lru_cache(maxsize=16)
def _addresses(items: tuple[NavItem, ...], _routes: str) -> dict[NavItem, str]:
    """Return the address of each page that has one, in the order of an entry's tabs."""
    urls = {}
    for item in sorted(items, key=lambda item: item.order):
        try:
            urls[item] = reverse(item.url_name)
        except NoReverseMatch:  # the app is there, its routes are not (a test with other urls)
            continue
    return urls


def _folded(permissions: Collection[str], urls: Collection[NavItem]) -> dict[str, list[NavItem]]:
    """Return the pages that one may open, by entry; entries that would be too many are tabs of others."""
    may = [item for item in urls if not item.permission or item.permission in permissions]
    found = {key: of for key in ENTRIES if (of := [item for item in may if item.entry == key])}
    for key in sorted((key for key in ENTRIES if ENTRIES[key].into), key=lambda key: ENTRIES[key].folds):
        into = ENTRIES[key].into
        if len(found) > MOST and key in found and into in found:
            found[into] = [*found[into], *found.pop(key)]
    return found


def _page_of(path: str, urls: dict[NavItem, str], shown: Collection[NavItem]) -> NavItem | None:
    """Return the page of the menu to which a path belongs: the longest, and of equals one that is shown.

    It is looked for among all, also those that this person does not see: a page of theirs is none of the next shorter.
    """
    best = max(urls, key=lambda item: (_fits(item, urls[item], path), item in shown), default=None)
    return best if best is not None and _fits(best, urls[best], path) else None


def _fits(item: NavItem, url: str, path: str) -> int:
    """Return the length of the longest prefix of a path that belongs to a page; 0 for none."""
    own = len(url) if path == url or (url != "/" and path.startswith(url)) else 0
    further = re.match(item.pages, path) if item.pages else None
    return max(own, further.end() if further else 0)
