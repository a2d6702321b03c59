"""Indicators of lists: numbers by month that stay when what they were counted from is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from vaern.node.base.personal import Personal
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.indicators import Indicator
from vaern.node.organisations.models import choices

if TYPE_CHECKING:
    import uuid


class ListIndicator(Scoped):
    """One number of a list and a month.

    Attributes:
        month: its first day.
        code: what is counted.
        key: of what: a source, a country, a kind of match, a reason; "" where it is one number.
        value: how many; milliseconds of what is a time.
    """

    PERSONAL: ClassVar = Personal(plain=("key",))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="indicators", db_index=False)
    month = models.DateField()
    code = models.CharField(max_length=30, choices=choices(Indicator))
    key = models.CharField(max_length=200, default="")
    value = models.PositiveBigIntegerField()

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="list_indicator", fields=["list", "month", "code", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.key} in {self.month:%Y-%m}"
