"""The matches of a report's items with the loaded lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Visible
from vaern.node.casework.matches import MatchMade
from vaern.node.reports.models.report import Item


class ItemMatch(MatchMade):
    """One match of an item with an entry; the nearest is among them."""

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=MatchMade.PLAIN)

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = Visible("item__organisation")

    class Meta(MatchMade.Meta):
        constraints: ClassVar = [models.UniqueConstraint(name="item_match", fields=["item", "list", "entry"])]
        indexes: ClassVar = [models.Index(name="item_match_entry", fields=["list", "entry"])]
