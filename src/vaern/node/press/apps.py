"""The app, as Django knows it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

ROOMS: tuple[str, ...] = ("events", "journalists", "papers", "door", "intake")
ACTS_ALONE = frozenset({"papers", "intake"})
"""Rooms that bring acts, and nothing else that the other apps have to know."""


class PressConfig(AppConfig):
    """Registers what the rooms bring: acts, navigation, cards, what runs by the clock."""

    name = "vaern.node.press"

    def ready(self) -> None:
        """Make known what the rooms bring."""
        from vaern.node.base.refusals import say
        from vaern.node.ledger import rules as ledger
        from vaern.node.press.base.labels import PROBLEMS

        say(PROBLEMS)

        for room in ROOMS:
            ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            if room not in ACTS_ALONE:
                import_module(f"{self.name}.{room}.registering").register()
