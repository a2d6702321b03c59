"""The app, as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

ROOMS: tuple[str, ...] = ("grouping", "clues", "sharing", "appeals", "wishes", "sheet")


class VictimsConfig(AppConfig):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.victims"

    def ready(self) -> None:
        """Make known what the rooms bring."""
        from vaern.node.base.refusals import say
        from vaern.node.ledger import rules as ledger
        from vaern.node.victims.appeals.labels import PROBLEMS as OF_APPEALS
        from vaern.node.victims.clues.labels import PROBLEMS as OF_CLUES

        say(OF_APPEALS)
        say(OF_CLUES)

        for room in ROOMS:
            ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            import_module(f"{self.name}.{room}.registering").register()
