"""How often entries are hit, by hour, and which ones the node has set aside by itself, with the cause."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.floods import Cause
from vaern.node.organisations.models import among, choices

NO_KEY = uuid.UUID(int=0)
"""The caller of hits whose key is not known."""


class EntryHits(Scoped):
    """How often one program hit one entry in one hour, counted as look-ups are entered.

    Attributes:
        hour: when it began.
        caller: the program's key.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"ident": (Whom.CHILD,)})

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    ident = models.CharField(max_length=200)
    hour = models.DateTimeField()
    caller = models.UUIDField()
    hits = models.PositiveIntegerField(default=0)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="entry_hits", fields=["list", "ident", "hour", "caller"]),
        ]
        indexes: ClassVar = [models.Index(fields=["hour", "list"])]

    def __str__(self) -> str:
        return f"{self.hits} of {self.ident}"


class EntryQuarantine(Scoped):
    """That the node set an entry aside by itself, why, and until when.

    Attributes:
        cause: why.
        against: the list that has it too; "" for another cause.
        hits, callers, bound, usual: of a flood: hits and programs of the hour, and from how many hits on it was one, by
            what is usual on the list.
        since: from when on its hits are in doubt; None where all are.
        ended_at: when a person let it go or recalled it, or it ended.
        let_go: a person let it go: for a while it is not set aside for the same cause.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"ident": (Whom.CHILD,)}, plain=("against",))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    ident = models.CharField(max_length=200)
    cause = models.CharField(max_length=12, choices=choices(Cause))
    against = models.CharField(max_length=200, default="")
    hits = models.PositiveIntegerField(default=0)
    callers = models.PositiveIntegerField(default=0)
    bound = models.PositiveIntegerField(default=0)
    usual = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    let_go = models.BooleanField(default=False)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="quarantine_cause", condition=among("cause", Cause)),
            models.UniqueConstraint(name="quarantine_once", fields=["list", "ident"], condition=Q(ended_at=None)),
        ]
        indexes: ClassVar = [models.Index(fields=["list", "ident", "at"])]

    def __str__(self) -> str:
        return f"{self.ident}: {self.cause}"
