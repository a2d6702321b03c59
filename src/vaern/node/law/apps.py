"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawConfig(AppConfig):
    """Registers the app's acts, its navigation line and its finder; the rows are loaded after the last migration."""

    name = "vaern.node.law"

    def ready(self) -> None:
        """Make known what the app brings."""
        from django.db.models.signals import post_migrate

        from vaern.node.law import acts
        from vaern.node.law.data import after_migrate
        from vaern.node.law.finders import FINDERS
        from vaern.node.ledger import rules as ledger
        from vaern.node.organisations.rules import Permission
        from vaern.node.web import navigation
        from vaern.node.web.search import finders

        ledger.register(acts.ACTS)
        finders.register(*FINDERS)
        navigation.register(
            navigation.NavItem(_("Law"), "law:registers", Permission.LAW_VIEW, 85, navigation.ORGANISATION)
        )
        post_migrate.connect(after_migrate, dispatch_uid="law.load", sender=self)
