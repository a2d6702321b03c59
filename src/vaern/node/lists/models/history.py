"""What entries were before they changed, and which release of a list was the last of each day: how two releases differ.

A list has millions of entries, most of which never change: what is kept is what was replaced, not what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from vaern.node.base.personal import Personal
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.entries import EntryState
from vaern.node.organisations.models import among, choices

if TYPE_CHECKING:
    import uuid


class EntryPast(Scoped):
    """What an entry was up to one of its changes: as much of it as two releases are compared by.

    Attributes:
        entry: number of the entry; its row may be gone, and what it was called is gone with it.
        born: the change by which it came into the list.
        until: the change that replaced this: the entry was so in the releases before it.
        state, scheme, classification, signals_mark: as of `ListEntry`.
    """

    PERSONAL: ClassVar = Personal(plain=("scheme", "classification"))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.BigIntegerField()
    born = models.PositiveBigIntegerField()
    until = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12, choices=choices(EntryState))
    scheme = models.CharField(max_length=200, default="")
    classification = models.CharField(max_length=200, default="")
    signals_mark = models.BigIntegerField(null=True)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="entry_past", fields=["list", "until"]),
            models.CheckConstraint(name="entry_past_state", condition=among("state", EntryState)),
            models.CheckConstraint(name="entry_past_born", condition=models.Q(born__lt=models.F("until"))),
        ]
        indexes: ClassVar = [models.Index(fields=["list", "entry"])]

    def __str__(self) -> str:
        return f"entry {self.entry} before {self.until}"


class EntryAct(Scoped):
    """That an entry of the ledger about many entries of a list is about this one, so that its page can say it.

    Attributes:
        entry: number of the entry of the list; its row may be gone.
        act: number of the entry of the ledger.
    """

    PERSONAL: ClassVar = Personal()

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.BigIntegerField()
    act = models.BigIntegerField()

    objects = OfList()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="entry_act", fields=["list", "entry", "act"])]

    def __str__(self) -> str:
        return f"act {self.act} on entry {self.entry}"


class ReleaseDay(Scoped):
    """Which release of a list was the last that was published on a day, by the clock of the node.

    Attributes:
        slowest: of the entries that were added and published on that day, milliseconds until the slowest of them was
            on disk; None where none was.
    """

    PERSONAL: ClassVar = Personal()

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    release = models.PositiveBigIntegerField()
    slowest = models.PositiveBigIntegerField(null=True)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="release_day", fields=["list", "day"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.release}"
