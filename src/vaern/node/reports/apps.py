"""The Django app of reports."""

from __future__ import annotations

from vaern.node.web import rooms


class ReportsConfig(rooms.AppWithRooms):
    """Registers acts, navigation, cards, parts of pages and nightly tasks of every room."""

    name = "vaern.node.reports"
    rooms = (
        "help",
        "public",
        "intake",
        "arrival",
        "triage",
        "desk",
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
    )
