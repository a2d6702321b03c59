"""What the home page says of the takedown: what waits for this person now."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.rules import LocationState
from vaern.node.reports.takedown import queries
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works on takedowns."""
    if not viewer.may(Permission.REPORT_TAKEDOWN):
        return []
    found, here = queries.waiting(viewer), reverse("reports:still-up")
    moved, notified = LocationState.MOVED.value, LocationState.NOTIFIED.value
    rows = (
        (_("Appeals against blocks"), found.appeals, reverse("reports:blocks"), "bad"),
        (_("Locations with the police channel"), found.police, f"{here}?state={notified}", "bad"),
        (_("Steps that could not be taken: trace anew"), found.overdue, f"{here}?state={notified}", "bad"),
        (_("Hosts that need to know more"), found.need_more, f"{here}?state={notified}", "warning"),
        (_("Hosts that say it is gone: check"), found.to_check, f"{here}?state={notified}", "warning"),
        (_("Locations that moved"), found.by_state.get(moved, 0), f"{here}?state={moved}", "warning"),
        (_("Locations to trace"), found.by_state.get("untraced", 0), f"{here}?state=untraced", "warning"),
        (_("Locations to notify of"), found.by_state.get("traced", 0), f"{here}?state=traced", "info"),
    )
    return [Card(title, count, url, tone) for title, count, url, tone in rows if count]
