"""What waits for oversight on the home page: sessions of administrators now open, and requests that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.oversight import queries
from vaern.node.oversight.sight import Sight, end_of
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting(viewer: Viewer) -> list[Card]:
    """Return the cards of a viewer; nothing for those who do not oversee."""
    sight = Sight.of(viewer)
    if not sight.oversees:
        return []
    found = []
    if sessions := queries.sessions(sight, open_only=True):
        found.append(
            Card(
                _("Administrators’ sessions now open"),
                len(sessions),
                reverse("oversight:sessions"),
                "warning",
                min(session.until for session in sessions),
                _("An administrator sees casework until then."),
            )
        )
    due = queries.requests(sight).filter(answered_at=None)
    if (first := due.first()) is not None:
        found.append(
            Card(
                _("Requests of data subjects to answer"),
                due.count(),
                reverse("oversight:requests"),
                "info",
                end_of(first.due_date),
            )
        )
    asked = queries.subjects(sight).filter(answered_at=None)
    if (first_asked := asked.first()) is not None:
        found.append(
            Card(
                _("Requests of people without an account to answer"),
                asked.count(),
                reverse("oversight:subjects"),
                "info",
                end_of(first_asked.due_date),
            )
        )
    return found
