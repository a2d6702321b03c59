"""What the search finds in the manual: pages and headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vaern.node.web.manual import library
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.web.search.looks import Wanted


def find(viewer: Any, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the pages and headings of the manual that have all the words."""
    for one in library.search(wanted.text)[:most]:
        url = reverse("manual-page", args=[one.name]) + (f"#{one.anchor}" if one.anchor else "")
        yield Hit(one.heading or one.page, url, one.page if one.heading else "")


FINDERS = (Finder("help", gettext_lazy("Help"), "", Look.WORDS, find, 200),)
