"""What the home page says of scans: what waits for this person now."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.scans import queries
from vaern.node.scans.rules import State
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from datetime import date


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who may see scans."""
    if not viewer.may(Permission.SCAN_VIEW):
        return []
    found = queries.waiting(viewer)
    here = reverse("scans:scans")
    cards = []
    if found.due:
        first = found.due[0]
        text = _("They are erased on that day unless somebody decides that they are still needed.")
        cards.append(
            Card(
                _("Scans close to their end date"),
                len(found.due),
                f"{here}?sort=review&whose=own",
                "warning",
                end_of(first.review_date),
                text,
            )
        )
    if found.to_review:
        cards.append(Card(_("Scans to review"), found.to_review, f"{here}?state={State.TO_REVIEW}&whose=own", "info"))
    if found.receiving:
        cards.append(Card(_("Scans being received"), found.receiving, f"{here}?state={State.RECEIVING}&whose=own"))
    return cards


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the node's time zone."""
    return timezone.make_aware(datetime.combine(day, time.max))
