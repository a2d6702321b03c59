"""What the home page says of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.releases import actions as releases
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def cards_for(viewer: Viewer) -> list[Card]:
    """Return what needs this viewer."""
    if not (count := releases.overdue(viewer).count()):
        return []
    title = _("Recalls that recipients have not acknowledged in time")
    return [Card(title, count, reverse("casework:overdue-recalls"), "bad")]
