"""What the search finds of indicators: by the words of their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.rules import definitions
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the indicators whose name or code has all the words."""
    words = wanted.text.casefold().split()
    for one in definitions.current().by_code.values():
        name = worded(one.name)
        if all(word in f"{name} {one.code}".casefold() for word in words):
            yield Hit(name, reverse("alliance:indicator", args=[one.code]), worded(one.question))


FINDERS = (Finder("indicator", gettext_lazy("Indicators"), Permission.ALLIANCE_VIEW, Look.WORDS, find, 120),)
