"""Home page cards of domain blocks: what waits for the viewer's organisation."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.domains import queries
from vaern.node.web.cards import Card

TITLES: dict[str, tuple[Any, str]] = {
    "appeal": (_("Appeals against blocked domains"), "bad"),
    "wrong": (_("Domains whose conclusion does not stand: lift"), "bad"),
    "answer": (_("Domains that another country asks us to confirm"), "warning"),
    "second": (_("Domains to be seconded"), "warning"),
}


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards for a viewer who works on takedowns."""
    if not viewer.may(Permission.REPORT_TAKEDOWN):
        return []
    found, here = queries.waiting(viewer), reverse("reports:domains")
    rows = ((what, found[what], *TITLES[what]) for what in TITLES)
    return [Card(title, count, f"{here}?waits={what}", tone) for what, count, title, tone in rows if count]
