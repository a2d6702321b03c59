"""Apps with rooms: when the node starts, each room registers what it provides.

    class CasesConfig(rooms.AppWithRooms):        # by the module: Django takes a class by its name for the app itself
        name = "vaern.node.cases"
        rooms = ("work", "outcomes", "evidence", "assistance")

A room's `acts.py` defines its ledger acts. Its `room.py` registers navigation items, cards, parts of records' pages,
state names and nightly tasks. Its `finders.py` holds what the search finds of it. A room with none of them registers
nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar

from django.apps import AppConfig

from vaern.node.ledger import rules as ledger
from vaern.node.web.reasons import suggest
from vaern.node.web.search import finders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.ledger.rules import Why


class AppWithRooms(AppConfig):
    """Registers what its rooms provide, and the reasons that are usual there.

    Attributes:
        rooms: their dotted names inside the app, in the order in which they register.
        reasons: by room, or "" for all others, the usual reasons of those who work there, as `web.reasons.suggest`
            takes them.
    """

    rooms: ClassVar[tuple[str, ...]]
    reasons: ClassVar[Mapping[str, tuple[tuple[str, Why], ...]]] = {}

    def ready(self) -> None:
        """Register what the rooms provide."""
        for room in self.rooms:
            if find_spec(f"{self.name}.{room}.acts"):
                ledger.register(import_module(f"{self.name}.{room}.acts").ACTS)
            if find_spec(f"{self.name}.{room}.finders"):
                finders.register(*import_module(f"{self.name}.{room}.finders").FINDERS)
            if find_spec(f"{self.name}.{room}.room"):
                import_module(f"{self.name}.{room}.room").register()
        for room, whys in self.reasons.items():
            suggest(f"{self.name}.{room}" if room else self.name, *whys)
