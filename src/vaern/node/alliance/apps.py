"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class AllianceConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, items of the front page, what runs each night."""

    name = "vaern.node.alliance"
    rooms = (
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
    reasons: ClassVar = {"": ((Permission.ALLIANCE_VIEW, Why.ADMINISTRATION),)}
