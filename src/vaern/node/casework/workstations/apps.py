"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkstationsConfig(AppConfig):
    """Registers what the ledger and the front page say of graded VICS, and when it is erased."""

    name = "vaern.node.casework.workstations"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.jobs import each_night
        from vaern.node.casework.retention.kinds import before_erasing
        from vaern.node.casework.workstations import acts, labels
        from vaern.node.casework.workstations.actions import erase_with
        from vaern.node.casework.workstations.items import waiting_items
        from vaern.node.casework.workstations.jobs import erase_old
        from vaern.node.ledger import rules as ledger
        from vaern.node.web import items, refusals

        ledger.register(acts.ACTS)
        items.register("graded", _("Graded VICS"), waiting_items, why=ledger.Why.ASSESSMENT)
        each_night("graded documents", erase_old)
        before_erasing(None, erase_with)
        refusals.name(_("The document"), labels.GRADED)
