"""Home page cards of the takedown: what waits for the viewer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.takedown import queries
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards for a viewer who works on takedowns."""
    if not viewer.may(Permission.REPORT_TAKEDOWN):
        return []
    found, here, blocks = queries.waiting(viewer), reverse("reports:still-up"), reverse("reports:blocks")
    state, need = found.by_state, found.by_need
    rows = (
        (_("Appeals against blocks"), found.appeals, f"{blocks}?appeal=waits", "bad"),
        (_("Locations with the police channel"), need["police"], f"{here}?waits=police", "bad"),
        (_("Steps that could not be taken: trace anew"), need["overdue"], f"{here}?waits=overdue", "bad"),
        (_("Blocks whose conclusion was wrong: lift"), found.blocks, f"{blocks}?conclusion=wrong", "bad"),
        (_("Notices whose conclusion was wrong: take back"), need["to_correct"], f"{here}?waits=to_correct", "bad"),
        (_("Hosts that need to know more"), need["need_more"], f"{here}?waits=need_more", "warning"),
        (_("Hosts that say it is gone: check"), need["to_check"], f"{here}?waits=to_check", "warning"),
        (_("Locations that moved"), state.get("moved", 0), f"{here}?state=moved", "warning"),
        (_("Locations to trace"), state.get("untraced", 0), f"{here}?state=untraced", "warning"),
        (_("Locations to notify of"), state.get("traced", 0), f"{here}?state=traced", "info"),
    )
    return [Card(title, count, url, tone) for title, count, url, tone in rows if count]
