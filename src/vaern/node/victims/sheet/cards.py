"""Home-page cards for series: a child who is identified and not yet safe comes first."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.victims.rules.series import SAFEGUARD_WITHIN, State
from vaern.node.victims.sheet import queries
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works on series."""
    if not viewer.may(Permission.SERIES_WORK):
        return []
    found, here, cards = queries.waiting(viewer), reverse("victims:series-list"), []
    if found.unsafe and found.first_unsafe:
        text = _("Nobody has said yet that the child is safe.")
        url, due = f"{here}?state={State.IDENTIFIED}", found.first_unsafe + SAFEGUARD_WITHIN
        cards.append(Card(_("Children identified, not yet safe"), found.unsafe, url, "bad", due, text))
    if found.ending:
        end = timezone.make_aware(datetime.combine(found.first_ending, time.max)) if found.first_ending else None
        text = _("They are erased on that day unless somebody decides that they are still needed.")
        cards.append(Card(_("Series close to their end date"), found.ending, f"{here}?whose=own", "warning", end, text))
    if found.late:
        cards.append(Card(_("Series whose clock has run out"), found.late, f"{here}?sort=since", "warning"))
    if found.new:
        cards.append(Card(_("New series to analyse"), found.new, f"{here}?state={State.NEW}", "info"))
    return cards
