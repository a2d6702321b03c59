"""What this room registers: items of the front page and a nightly task."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.crosscheck.base import labels
    from vaern.node.crosscheck.disclosures.actions import expire
    from vaern.node.crosscheck.disclosures.items import waiting_items
    from vaern.node.ledger.rules import Why
    from vaern.node.web import items, refusals

    items.register("matches", _("Matches"), waiting_items, why=Why.INVESTIGATION)
    each_night("crosscheck reveals", expire)
    refusals.name(_("The question"), labels.REVEALS)
