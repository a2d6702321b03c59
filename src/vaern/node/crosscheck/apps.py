"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class CrosscheckConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, items of the front page and nightly tasks of all rooms."""

    name = "vaern.node.crosscheck"
    rooms = ("registry", "disclosures", "desk", "intersection", "elsewhere", "hub", "arrivals", "hubs", "exchanging")
    reasons: ClassVar = {
        "": (
            (Permission.CASE_WORK, Why.INVESTIGATION),
            (Permission.SERIES_WORK, Why.VICTIM_IDENTIFICATION),
            (Permission.REPORT_ASSESS, Why.ASSESSMENT),
            (Permission.DESK_MANAGE, Why.ADMINISTRATION),
        ),
        "hubs": ((Permission.EXCHANGE_MANAGE, Why.ADMINISTRATION),),
    }
