"""The app, as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

ROOMS = ("registry", "disclosures", "desk")


class CrosscheckConfig(AppConfig):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.crosscheck"

    def ready(self) -> None:
        """Make known what the rooms bring."""
        from vaern.node.ledger import rules as ledger

        for room in ROOMS:
            ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            import_module(f"{self.name}.{room}.registering").register()
