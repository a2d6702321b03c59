"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Registers what the ledger can say of releases, and the cards of recalls."""

    name = "vaern.node.casework"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.casework.recalls import cards
        from vaern.node.casework.releases import acts
        from vaern.node.ledger import rules as ledger
        from vaern.node.organisations.rules import Permission
        from vaern.node.web import navigation
        from vaern.node.web.cards import register

        ledger.register(acts.ACTS)
        register(cards.waiting_cards)
        recalls, into = "casework:recalls", navigation.ORGANISATION
        navigation.register(navigation.NavItem(_("Recalls"), recalls, Permission.ACCOUNT, 70, into))
