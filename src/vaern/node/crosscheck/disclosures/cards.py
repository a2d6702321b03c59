"""Home-page cards of disclosures."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.base import disclosures as queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who may answer. Numbers only, so nothing is recorded."""
    if not viewer.may(Permission.CROSSCHECK_REVEAL):
        return []
    waiting = queries.to_answer(viewer)
    first = waiting.first()
    if first is None:
        return []
    here = f"{reverse('crosscheck:meetings')}?which=asked"
    return [Card(_("Others ask who works on the same"), waiting.count(), here, "warning", first.expires_at)]
