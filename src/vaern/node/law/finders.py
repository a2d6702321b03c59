"""What the search finds of the law that the node works by: its registers, instruments among them, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vaern.node.law.registers import registers
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the registers whose title has all the words."""
    words = wanted.text.casefold().split()
    for one in registers():
        if all(word in f"{one.title} {one.code}".casefold() for word in words):
            yield Hit(one.title, reverse("law:rows", args=[one.code]), one.lead)


FINDERS = (Finder("law", gettext_lazy("Law"), Permission.LAW_VIEW, Look.WORDS, find, 140),)
