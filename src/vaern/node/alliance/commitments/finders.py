"""What the search finds of commitments: by country and goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from vaern.node.alliance.commitments import labels, queries
from vaern.node.alliance.commitments.words import goal_label
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the commitments that the viewer may know of whose country and goal have all the words."""
    words = wanted.text.casefold().split()
    for one in queries.visible(viewer):  # of a few dozen countries, a few each
        goal = goal_label(one.goal)
        if all(word in f"{one.member} {goal}".casefold() for word in words):
            state = labels.state(queries.shown_state(viewer, one).value)
            yield Hit(f"{one.member}: {goal}", reverse("alliance:commitment", args=[one.pk]), "", state)


FINDERS = (Finder("commitment", gettext_lazy("Commitments"), Permission.ALLIANCE_VIEW, Look.WORDS, find, 125),)
