"""What the home page says of recalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.casework import kinds
from vaern.node.casework.recalls import queries
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting_cards(viewer: Viewer) -> list[Card]:
    """Return what needs this viewer."""
    mine = [kind for kind, known in kinds.open_to(viewer).items() if viewer.may(known.acknowledged_by)]
    given = [
        (_("Recalls to acknowledge"), queries.to_acknowledge(viewer, mine).count(), "casework:recalls"),
        (
            _("Recalls that recipients have not acknowledged in time"),
            queries.overdue(viewer).count(),
            "casework:overdue-recalls",
        ),
    ]
    return [Card(title, count, reverse(route), "bad") for title, count, route in given if count]
