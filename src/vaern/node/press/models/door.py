"""Check-ins at the door, as each phone saw them. The earliest counts; the others stay visible."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.organisations.models import Owned, Person
from vaern.node.press.models.registration import Registration


class CheckIn(Owned):
    """One check-in of one badge.

    Attributes:
        id: made of the phone's number of it and the badge, so that sending it twice keeps one.
        phone: which phone, as a random name of its own; empty on the page without a script.
        at: when, by the phone's clock, corrected by what that clock said as it sent.
        received_at: when the node heard of it.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"phone": (Whom.STAFF,)})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="check_ins")
    phone = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(name="press_check_ins", fields=["registration", "at", "id"])]

    def __str__(self) -> str:
        return f"check-in {self.pk}"
