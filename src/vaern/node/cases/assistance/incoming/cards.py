"""What the front page says of requests of other countries: to the authority that is asked, and to its desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance.incoming import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works with legal assistance."""
    if not viewer.may(Permission.ASSISTANCE_VIEW):
        return []
    found, at, cards = queries.waiting(viewer), reverse("cases:incoming"), []
    if found.late:
        text = _("Answer, or give notice of the delay with its reasons.")
        cards.append(
            Card(_("Requests of other countries past their time"), found.late, f"{at}?state=late", "bad", text=text)
        )
    if found.new:
        tone = "bad" if found.urgent else "warning"
        cards.append(Card(_("New requests of other countries"), found.new, f"{at}?state=received", tone))
    if found.to_answer:
        url = f"{at}?state=executed"
        cards.append(Card(_("Requests of other countries to be answered"), found.to_answer, url, "warning"))
    if found.to_execute:
        text = _("The central authority passed them to you.")
        cards.append(Card(_("Requests of other countries to execute"), found.to_execute, at, "warning", text=text))
    return cards
