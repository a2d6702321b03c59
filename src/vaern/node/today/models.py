"""What a person set aside of their news, and whether they want mail. Neither says what it is about."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaern.node.base.personal import Ends, Personal
from vaern.node.organisations.models import Person


class Seen(models.Model):
    """Something that is no news to a person any more.

    Attributes:
        key: SHA-256 of what names the news (`Item.news`), which is an id and a code; nothing of it can be read here.
        ends_at: when the row is erased; by then the news is no news to anybody.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("key",))

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.BinaryField(max_length=32)
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="seen_once", fields=["person", "key"]),
            models.CheckConstraint(name="seen_ends", condition=Q(ends_at__gt=F("seen_at"))),
        ]

    def __str__(self) -> str:
        return f"seen {self.pk}"


class MailWish(models.Model):
    """The mail that a person asked for; no row, no mail.

    Attributes:
        daily: each working morning, where something waits.
        urgent: when something urgent arrives.
        looked_on: the last day, where the person is, on which the daily mail was sent or was not needed.
        told: names of the urgent lines of which a mail spoke already (`Line.key`); they say nothing of a record.
    """

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT, plain=("told",))

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    daily = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    looked_on = models.DateField(null=True)
    told = ArrayField(models.CharField(max_length=12), default=list)

    def __str__(self) -> str:
        return f"mail for {self.pk}"
