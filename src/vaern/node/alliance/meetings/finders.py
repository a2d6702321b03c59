"""What the search finds of ministerial meetings: by their name and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.meetings import labels
from vaern.node.alliance.models import MinisterialMeeting
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the meetings whose name and place have all the words, the latest first."""
    words = wanted.text.casefold().split()
    for one in MinisterialMeeting.objects.order_by("-first_day", "id"):  # a few a year
        name = worded(one.name)
        if all(word in f"{name} {one.place}".casefold() for word in words):
            when = date_format(one.first_day, "SHORT_DATE_FORMAT")
            url = reverse("alliance:meeting", args=[one.pk])
            yield Hit(name, url, f"{one.place} · {when}", labels.state_chip(one.state))


FINDERS = (
    Finder(
        "ministerial_meeting", gettext_lazy("Ministerial meetings"), Permission.ALLIANCE_VIEW, Look.WORDS, find, 130
    ),
)
