"""The app, as Django knows it."""

from __future__ import annotations

from typing import ClassVar

from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import Permission
from vaern.node.web import rooms


class ExchangeConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, pages, tasks of the night, and the messages in which nodes speak."""

    name = "vaern.node.exchange"
    rooms = ("peers", "releases", "outbox", "inbox", "pieces")
    reasons: ClassVar = {"": ((Permission.EXCHANGE_MANAGE, Why.ADMINISTRATION),)}
