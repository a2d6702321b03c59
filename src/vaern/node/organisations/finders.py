"""What the search finds of the directory, and of the people of one's own organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations import labels, queries
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.node.web.components import Chip
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find_organisations(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the organisations whose names have all the words, or beginnings of words."""
    for one in queries.organisations(viewer, search=wanted.text).order_by("name", "id")[:most]:
        kind = str(labels.KINDS[OrganisationKind(one.kind)])
        detail = " · ".join(str(part) for part in (kind, one.member, one.node) if part)
        closed = None if one.active else Chip(_("Closed"), "neutral")
        yield Hit(one.name, reverse("organisations:organisation", args=[one.pk]), detail, closed)


def find_people(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the people of the viewer's organisation, by words of the name or of the mail address."""
    for one in queries.people(viewer, search=wanted.text).order_by("name", "id")[:most]:
        roles = ", ".join(str(labels.role_label(role)) for role in one.roles)
        closed = None if one.is_active else Chip(_("Closed"), "neutral")
        yield Hit(one.name, reverse("organisations:person", args=[one.pk]), roles, closed)


FINDERS = (
    Finder(
        "organisation", gettext_lazy("Organisations"), Permission.DIRECTORY_VIEW, Look.WORDS, find_organisations, 110
    ),
    Finder("person", gettext_lazy("People"), Permission.PEOPLE_VIEW, Look.WORDS | Look.MAIL, find_people, 100),
)
