"""Home-page cards of meetings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.registry import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who may see meetings. Numbers only, so nothing is recorded."""
    if not viewer.may(Permission.CROSSCHECK_VIEW):
        return []
    here, cards = reverse("crosscheck:meetings"), []
    if told := queries.untold(viewer).count():
        text = _("A child may be safe already: read it before you go on.")
        cards.append(Card(_("Updates on records that yours met"), told, f"{here}?which=told", "bad", text=text))
    if new := queries.new_meetings(viewer):
        text = _("Another organisation works on the same.")
        cards.append(Card(_("New matches"), new, f"{here}?which=new", "warning", text=text))
    return cards
