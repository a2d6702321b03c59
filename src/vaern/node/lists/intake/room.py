"""What this room brings: what waits for a decision, and the end of what nobody decided on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page, names of states and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.sheets import register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.base import labels
    from vaern.node.lists.intake.items import waiting_items
    from vaern.node.lists.intake.jobs import erase_old
    from vaern.node.lists.intake.presenters import list_part
    from vaern.node.lists.models import HashList
    from vaern.node.web import items, refusals

    items.register("intakes", _("Files for hash lists"), waiting_items, why=Why.LIST_QUALITY)
    each_night("intakes of lists", erase_old)
    refusals.name(_("The intake"), labels.INTAKES)
    register_part(HashList.KIND, 10, list_part)
