"""An app with rooms: when the node starts, each room brings what it has.

    class CasesConfig(rooms.AppWithRooms):        # by the module: Django takes a class by its name for the app itself
        name = "vaern.node.cases"
        rooms = ("work", "outcomes", "evidence", "assistance")

A room's `acts.py` says what the ledger can record of it. Its `room.py` registers its lines of the navigation, its
cards, its parts of records' pages, the names of its states and what runs each night. A room that has neither brings
nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig

from vaern.node.ledger import rules as ledger


class AppWithRooms(AppConfig):
    """Registers what its rooms bring.

    Attributes:
        rooms: their dotted names inside the app, in the order in which they register.
    """

    rooms: ClassVar[tuple[str, ...]]

    def ready(self) -> None:
        """Make known what the rooms bring."""
        for room in self.rooms:
            if find_spec(f"{self.name}.{room}.acts"):
                ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            if find_spec(f"{self.name}.{room}.room"):
                import_module(f"{self.name}.{room}.room").register()
