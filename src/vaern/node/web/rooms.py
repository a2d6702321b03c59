"""Apps with rooms: when the node starts, each room registers what it provides.

    class CasesConfig(rooms.AppWithRooms):        # by the module: Django takes a class by its name for the app itself
        name = "vaern.node.cases"
        rooms = ("work", "outcomes", "evidence", "assistance")

A room's `acts.py` defines its ledger acts. Its `room.py` registers navigation items, cards, parts of records' pages,
state names and nightly tasks. A room with neither registers nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig

from vaern.node.ledger import rules as ledger


class AppWithRooms(AppConfig):
    """Registers what its rooms provide.

    Attributes:
        rooms: their dotted names inside the app, in the order in which they register.
    """

    rooms: ClassVar[tuple[str, ...]]

    def ready(self) -> None:
        """Register what the rooms provide."""
        for room in self.rooms:
            if find_spec(f"{self.name}.{room}.acts"):
                ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            if find_spec(f"{self.name}.{room}.room"):
                import_module(f"{self.name}.{room}.room").register()
