"""What the home page says of cases: what waits for this person now."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.work import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting_cards(viewer: Viewer) -> list[Card]:
    """Return the cards of somebody who may see cases."""
    if not viewer.may(Permission.CASE_VIEW):
        return []
    found, here = queries.waiting(viewer), reverse("cases:cases")
    given: list[tuple[int, Any, str, str, Any]] = [
        (
            found.dropped,
            _("Cases that a receiver dropped"),
            f"{here}?hand=raised",
            "bad",
            _("They are yours again, and nobody touched them since."),
        ),
        (
            found.arrived,
            _("Cases that wait for your answer"),
            f"{here}?state=arrived",
            "warning",
            _("Accept or drop them: their sender waits."),
        ),
        (
            found.raised,
            _("Cases that need attention"),
            f"{here}?hand=raised",
            "warning",
            _("Nobody touched them for two weeks, or a task is overdue."),
        ),
        (found.silent, _("Silent cases"), reverse("cases:outcomes"), "neutral", _("Whoever reported is told nothing.")),
        (found.mine, _("Cases that you lead"), f"{here}?whose=mine", "info", ""),
    ]
    cards = [Card(title, n, url, tone, text=text) for n, title, url, tone, text in given if n]
    if found.my_tasks:
        due = timezone.make_aware(datetime.combine(found.first_due, time.max))
        tone = "bad" if due < timezone.now() else "info"
        cards.append(Card(_("Your tasks in cases"), found.my_tasks, f"{here}?whose=mine", tone, due))
    return cards
