"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class ListsConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, items of the front page and nightly tasks of all rooms."""

    name = "vaern.node.lists"
    rooms = (
        *("base", "curation", "survivors", "intake", "sources", "comparing", "subsets"),
        *("quarantine", "votes", "recalls", "lookups", "figures", "indicators", "signing", "subscribers", "feedback"),
        *("upward", "across"),
    )
    reasons: ClassVar = {"": ((Permission.HASHLIST_VIEW, Why.LIST_QUALITY),)}
