"""Home page cards of forwards, outcomes and retention."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.organisations.rules import Permission
from vaern.node.reports.forwarding import queries
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards for a viewer who works with reports."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    found = queries.waiting(viewer)
    list_url, cards = reverse("reports:forwarded"), []
    if found.ending:
        day = timezone.make_aware(datetime.combine(found.ending[0].review_date, time.max))
        text = _("They are urgent, open, and close to their end date. Decide whether they are still needed.")
        url = reverse("reports:report", args=[found.ending[0].pk])
        cards.append(Card(_("Urgent reports close to their end date"), len(found.ending), url, "bad", day, text))
    if found.overdue:
        cards.append(Card(_("Outcomes that are overdue to us"), found.overdue, f"{list_url}?which=overdue", "warning"))
    if found.to_return:
        late = found.first_due is not None and found.first_due < timezone.now()
        tone = "bad" if late else "info"
        cards.append(Card(_("Outcomes that others wait for"), found.to_return, list_url, tone, found.first_due))
    return cards
