"""When subscribers acknowledged the signed releases of a list or of a subset: of each release the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from vaern.node.base.personal import Personal
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.models.subsets import ListSubset

if TYPE_CHECKING:
    import uuid


class SubscriberStep(Scoped):
    """That a subscriber of a list, or of a subset of one, was enrolled, or acknowledged a release of it.

    The repository has of each subscriber the newest acknowledgement alone (ADR 0105); what is signed lies there.

    Attributes:
        subset: of which subset of the list; None of the list itself.
        subscriber: the id of their key.
        release: its number; 0 stands for none: since when they are enrolled.
        newest: of the row that enrols, the newest release there was then; 0 for none.
        at: when, by their own clock as far as that can be (`rules.everywhere.said_at`).
    """

    PERSONAL: ClassVar = Personal(plain=("subscriber",))

    if TYPE_CHECKING:
        list_id: uuid.UUID
        subset_id: uuid.UUID | None

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    subset = models.ForeignKey(ListSubset, on_delete=models.CASCADE, related_name="+", null=True)
    subscriber = models.CharField(max_length=64)
    release = models.PositiveBigIntegerField()
    newest = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="subscriber_step", fields=["list", "subset", "subscriber", "release"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.release}"
