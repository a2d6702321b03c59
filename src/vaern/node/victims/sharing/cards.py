"""What the home page says of series that came to us and of what we were told."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.victims.sharing import queries
from vaern.node.victims.sharing.rules import Milestones
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works on series."""
    if not viewer.may(Permission.SERIES_WORK):
        return []
    url = reverse("victims:received")
    waiting, told, recalls = queries.to_answer(viewer), queries.tidings(viewer), queries.recalls(viewer)
    stop = [one for one in told if one.code == Milestones.IDENTIFIED.value]
    cards = []
    if stop:
        text = _("The child is known to another desk. Nobody needs to search any further.")
        cards.append(Card(_("Identified elsewhere: stop"), len(stop), url, "bad", None, text))
    if waiting:
        cards.append(Card(_("Series that wait for our answer"), len(waiting), url, "warning", waiting[0].due_at))
    perhaps = [one for one in told if one.code == Milestones.PERHAPS_KNOWN.value]
    if perhaps:
        text = _("They share a camera or a look with a child who is known. Compare them: nothing was stopped.")
        cards.append(Card(_("Perhaps identified elsewhere: compare"), len(perhaps), url, "warning", None, text))
    others = len(told) - len(stop) - len(perhaps)
    if others:
        cards.append(Card(_("What became of series"), others, url, "info"))
    if recalls:
        cards.append(Card(_("Recalled series to acknowledge"), len(recalls), url, "bad"))
    return cards
