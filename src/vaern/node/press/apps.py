"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class PressConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, items of the front page and scheduled tasks of all rooms."""

    name = "vaern.node.press"
    rooms = ("events", "journalists", "papers", "door", "intake")
    reasons: ClassVar = {"": ((Permission.PRESS_MANAGE, Why.ADMINISTRATION),)}
