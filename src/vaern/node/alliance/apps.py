"""The app, as Django knows it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

ROOMS = (
    "frame",
    "membership",
    "commitments",
    "commitments.sheet",
    "indicators",
    "meetings",
    "progress",
    "publishing",
    "statistics",
    "maturity",
)


class AllianceConfig(AppConfig):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.alliance"

    def ready(self) -> None:
        """Make known what the rooms bring."""
        from vaern.node.alliance.commitments.labels import PROBLEMS as OF_COMMITMENTS
        from vaern.node.alliance.maturity.labels import PROBLEMS as OF_MATURITY
        from vaern.node.alliance.meetings.labels import PROBLEMS as OF_MEETINGS
        from vaern.node.alliance.membership.labels import PROBLEMS as OF_MEMBERSHIP
        from vaern.node.base.refusals import say
        from vaern.node.ledger import rules as ledger

        for sentences in (OF_COMMITMENTS, OF_MATURITY, OF_MEETINGS, OF_MEMBERSHIP):
            say(sentences)

        for room in ROOMS:
            if find_spec(f"{self.name}.{room}.acts"):
                ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            import_module(f"{self.name}.{room}.registering").register()
