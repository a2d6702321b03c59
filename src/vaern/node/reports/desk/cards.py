"""Home page cards of the desk: the reports that wait for the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk import queries
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.desk.search import Search


def waiting_cards(viewer: Viewer) -> list[Card]:
    """Return the cards for a viewer who may see reports."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    words = {
        "urgent": (_("Urgent reports"), "bad", _("A child may be in danger now, and nobody works on it.")),
        "raised": (_("Reports that need attention"), "warning", _("Nobody has touched them for two working days.")),
        "mine": (_("Reports that you work on"), "info", ""),
    }
    return [_card(queries.WAITS[name], count, *words[name]) for name, count in queries.waiting(viewer).items() if count]


def _card(search: Search, count: int, title: Any, tone: str, text: Any) -> Card:
    more = count >= queries.MOST_COUNTED
    url = f"{reverse('reports:worklist')}?{search.query}"
    return Card(title, count, url, tone, text=_("This many at least.") if more else text)
