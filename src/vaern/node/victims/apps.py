"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class VictimsConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, items of the front page and nightly tasks of all rooms."""

    name = "vaern.node.victims"
    rooms = ("grouping", "clues", "elsewhere", "sharing", "exchanging", "appeals", "wishes", "sheet")
    reasons: ClassVar = {
        "": (
            (Permission.SERIES_WORK, Why.VICTIM_IDENTIFICATION),
            (Permission.CASE_WORK, Why.INVESTIGATION),
        ),
        "wishes": ((Permission.WISH_WORK, Why.REMOVAL),),
    }
