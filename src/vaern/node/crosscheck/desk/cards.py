"""Home-page cards of the cross-check desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.desk import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody at the desk. Numbers only, so nothing is recorded."""
    if not viewer.may(Permission.CROSSCHECK_RELATE):
        return []
    waiting = queries.waiting(viewer)
    return (
        [Card(_("Questions about countries"), waiting, reverse("crosscheck:questions"), "warning")] if waiting else []
    )
