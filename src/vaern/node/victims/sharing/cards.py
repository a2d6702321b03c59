"""Home-page cards for received series and unread updates."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing import queries
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works on series."""
    if not viewer.may(Permission.SERIES_WORK):
        return []
    url = reverse("victims:received")
    waiting = queries.waiting(viewer)
    told = dict(waiting.told)
    stop, perhaps = told.pop(Milestones.IDENTIFIED.value, 0), told.pop(Milestones.PERHAPS_KNOWN.value, 0)
    cards = []
    if stop:
        text = _("The child is known to another desk. Nobody needs to search any further.")
        cards.append(Card(_("Identified elsewhere: stop"), stop, url, "bad", None, text))
    if waiting.to_answer:
        title = _("Series that wait for our answer")
        cards.append(Card(title, waiting.to_answer, url, "warning", waiting.first_due))
    if perhaps:
        text = _("They share a camera or a look with a child who is known. Compare them: nothing was stopped.")
        cards.append(Card(_("Perhaps identified elsewhere: compare"), perhaps, url, "warning", None, text))
    if told:
        cards.append(Card(_("What became of series"), sum(told.values()), url, "info"))
    return cards
