"""The Django app of reports."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class ReportsConfig(rooms.AppWithRooms):
    """Registers acts, navigation, items of the front page, parts of pages and nightly tasks of every room."""

    name = "vaern.node.reports"
    rooms = (
        "help",
        "public",
        "intake",
        "arrival",
        "triage",
        "desk",
        "numbers",
        "viewing",
        "law",
        "assessment",
        "exposure",
        "takedown",
        "domains",
        "flagging",
        "ending",
        "forwarding",
        "export",
        "submission",
        "mappings",
        "writing",
    )
    reasons: ClassVar = {
        "": (
            (Permission.CASE_WORK, Why.INVESTIGATION),
            (Permission.REPORT_ASSESS, Why.ASSESSMENT),
            (Permission.DESK_MANAGE, Why.ADMINISTRATION),
        ),
        "takedown": ((Permission.REPORT_TAKEDOWN, Why.REMOVAL),),
        "domains": ((Permission.REPORT_TAKEDOWN, Why.REMOVAL),),
    }
