"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Registers what the ledger can say of releases, and what the front page says of recalls."""

    name = "vaern.node.casework"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.casework.recalls.items import waiting_items
        from vaern.node.casework.releases import acts
        from vaern.node.ledger import rules as ledger
        from vaern.node.organisations.rules import Permission
        from vaern.node.web import items, navigation

        ledger.register(acts.ACTS)
        items.register("recalls", _("Recalls"), waiting_items, why=ledger.Why.REMOVAL)
        recalls, into = "casework:recalls", navigation.ORGANISATION
        navigation.register(navigation.NavItem(_("Recalls"), recalls, Permission.ACCOUNT, 70, into))
