"""What the search finds of events for the press: by their title and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from vaern.node.organisations.rules import Permission
from vaern.node.press.models import PressEvent
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the events of the viewer's organisation whose title or place has the words, the latest first."""
    named = Q(title__icontains=wanted.text) | Q(place__icontains=wanted.text)
    for one in PressEvent.objects.filter(named).order_by("-begins", "id")[:most]:
        when = date_format(one.begins, "SHORT_DATE_FORMAT")
        yield Hit(one.title, reverse("press:event", args=[one.pk]), f"{one.place} · {when}")


FINDERS = (Finder("press_event", gettext_lazy("Events for the press"), Permission.PRESS_MANAGE, Look.WORDS, find, 135),)
