"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScansConfig(AppConfig):
    """Registers the app's acts, its line of the navigation, what the front page says of it and how scans end."""

    name = "vaern.node.scans"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.casework import kinds
        from vaern.node.casework.retention import actions as retention
        from vaern.node.casework.sheets import register_offers
        from vaern.node.casework.workstations import kinds as workstations
        from vaern.node.ledger import rules as ledger
        from vaern.node.ledger.rules import Why
        from vaern.node.organisations.rules import Permission
        from vaern.node.scans import acts, labels
        from vaern.node.scans.finders import FINDERS
        from vaern.node.scans.grading import RETURNING
        from vaern.node.scans.items import waiting_items
        from vaern.node.scans.models import Scan
        from vaern.node.scans.presenters import offers
        from vaern.node.scans.queries import codes
        from vaern.node.scans.retention import RETENTION
        from vaern.node.web import items, navigation, refusals
        from vaern.node.web.reasons import suggest
        from vaern.node.web.search import finders

        ledger.register(acts.ACTS)
        kinds.register(
            Scan.KIND, _("Scan"), "scans:scan", Permission.SCAN_VIEW, codes, acknowledged_by=Permission.SCAN_VIEW
        )
        finders.register(*FINDERS)
        items.register("scans", _("Scans"), waiting_items, why=Why.ASSESSMENT)
        register_offers(Scan.KIND, 10, offers)
        navigation.register(navigation.NavItem(_("Scans"), "scans:scans", Permission.SCAN_VIEW, 10, navigation.SCANS))
        retention.register(RETENTION)
        workstations.register(RETURNING)
        refusals.name(_("The scan"), labels.STATES)
        suggest(
            self.name,
            (Permission.CASE_WORK, Why.INVESTIGATION),
            (Permission.SERIES_WORK, Why.VICTIM_IDENTIFICATION),
            (Permission.REPORT_ASSESS, Why.ASSESSMENT),
        )
