"""Pages by number of a set that moves while it is read: what changes leaves its place, and all behind it moves up.

An entry that is changed while pages are read, or between two fetches of one window, is no longer among those that were
read, and the page that follows begins behind one that nobody gave. So each page is asked for from a few entries
earlier: where it has one that was given last, nothing was passed over. Where it has none, it is asked for from further
back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERLAP = 8
"""By how many entries pages overlap; half a page at most."""

_BY_NUMBER = frozenset({"from", "to", "start", "size", "max"})
_START = re.compile(r"(?<=[?&])start=[0-9]+")


def earlier(link: str) -> Iterator[str]:
    """Yield links to what a link leads to, each from further back; at last an empty one, for the first page.

    A link that says the place otherwise than by number (with a mark of the service's own) is yielded as it stands.
    """
    said = dict(parse_qsl(urlsplit(link).query))
    start, size = said.get("start", ""), said.get("size", "")
    if not (said.keys() <= _BY_NUMBER and start.isdecimal() and size.isdecimal() and int(size) > 1):
        yield link
        return
    back = min(OVERLAP, int(size) // 2)
    while int(start) - back >= 1:
        yield _START.sub(f"start={int(start) - back}", link)
        back += max(back, int(size) // 2)
    yield ""
