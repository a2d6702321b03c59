"""What the error rates of lists are made of: hits and false hits of each entry, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from vaern.node.base.personal import Personal
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList

if TYPE_CHECKING:
    import uuid


class EntryMonth(Scoped):
    """The hits of one entry in one month. It outlives the records that had them, and ends with its list.

    Attributes:
        month: its first day, by the node's clock.
        digest: keyed digest of the entry's id within its list; the entry itself is not named.
        hits: matches of files and of look-ups; final once the month is closed.
        disputed: of how many somebody found that the file is another one; of a closed month it only grows.
        recalled: the entry is withdrawn now, because it was never right.
    """

    PERSONAL: ClassVar = Personal(plain=("digest",))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="months", db_index=False)
    month = models.DateField()
    digest = models.CharField(max_length=64)
    hits = models.PositiveBigIntegerField()
    disputed = models.PositiveBigIntegerField(default=0)
    recalled = models.BooleanField(default=False)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="entry_month", fields=["list", "month", "digest"]),
            models.CheckConstraint(name="entry_month_begins", condition=models.Q(month__day=1)),
        ]
        indexes: ClassVar = [models.Index(name="entry_month_digest", fields=["list", "digest"])]

    def __str__(self) -> str:
        return f"{self.digest[:8]} in {self.month:%Y-%m}"
