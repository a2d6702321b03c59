"""Entries that carry external identifiers, by the id under which the ledger knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList

if TYPE_CHECKING:
    import uuid


class NumberedEntry(Scoped):
    """Which entry an id of the ledger is, of those few that carry an external identifier, or carried one.

    The id is computed of the list and the entry's own id (`rules.entries.ledger_id`), and cannot be turned back.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"ident": (Whom.CHILD,)})

    if TYPE_CHECKING:
        list_id: uuid.UUID

    id = models.UUIDField(primary_key=True, editable=False)
    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    ident = models.CharField(max_length=200)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="numbered_entry", fields=["list", "ident"])]

    def __str__(self) -> str:
        return self.ident
