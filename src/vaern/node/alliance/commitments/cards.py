"""What the front page says of commitments and rounds: what waits for the secretariat, and what a ministry owes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.commitments import queries, round_queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of a secretariat officer, or of a rapporteur."""
    cards: list[Card] = []
    address = reverse("alliance:commitments")
    if viewer.may(Permission.ALLIANCE_MANAGE) and (count := queries.handed_in(viewer).count()):
        cards.append(Card(_("Commitments to publish or return"), count, address, "info"))
    if viewer.may(Permission.COMMITMENT_REPORT) and (count := queries.returned(viewer).count()):
        cards.append(
            Card(_("Commitments that were returned"), count, address, "warning", text=_("Each page says why."))
        )
    found = round_queries.missing(viewer)
    if found.handed_in:
        cards.append(Card(_("Replies to publish or return"), found.handed_in, reverse("alliance:rounds"), "info"))
    for reply in found.own:
        closes = datetime.combine(reply.round.closes, time.max, timezone.get_current_timezone())
        late = reply.round.closes < timezone.localdate()
        text = _("The secretariat returned it; its page says why.") if reply.why else _("Your country’s reply.")
        url = reverse("alliance:reply", args=[reply.pk])
        cards.append(Card(str(reply.round), None, url, "bad" if late else "warning", closes, text))
    return cards
