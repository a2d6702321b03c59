"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class CasesConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, items of the front page, what runs each night."""

    name = "vaern.node.cases"
    rooms = ("work", "outcomes", "evidence", "assistance", "assistance.across")
    reasons: ClassVar = {
        "": (
            (Permission.CASE_WORK, Why.INVESTIGATION),
            (Permission.ASSISTANCE_SEND, Why.LEGAL_ASSISTANCE),
            (Permission.SERIES_WORK, Why.VICTIM_IDENTIFICATION),
        ),
        "assistance": ((Permission.ASSISTANCE_VIEW, Why.LEGAL_ASSISTANCE),),
    }
