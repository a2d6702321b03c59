"""What the home page says of reports: what waits for this person now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk import queries
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting_cards(viewer: Viewer) -> list[Card]:
    """Return the cards of somebody who may see reports."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    found, here = queries.waiting(viewer), reverse("reports:worklist")
    cards = []
    if found.urgent:
        text = _("A child may be in danger now, and nobody works on it.")
        cards.append(_card(_("Urgent reports"), found.urgent, f"{here}?urgent=yes&whose=unclaimed", "bad", text))
    if found.raised:
        text = _("Nobody has touched them for two working days.")
        cards.append(_card(_("Reports that raise their hand"), found.raised, f"{here}?hand=raised", "warning", text))
    if found.mine:
        cards.append(_card(_("Reports that you work on"), found.mine, f"{here}?whose=mine", "info"))
    return cards


def _card(title: Any, count: int, url: str, tone: str, text: Any = "") -> Card:
    more = count >= queries.MOST_COUNTED
    return Card(title, count, url, tone, text=_("This many at least.") if more else text)
