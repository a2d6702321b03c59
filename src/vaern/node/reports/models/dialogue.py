"""The two-way dialogue with an anonymous reporter, who is identified by a receipt only."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned, Person
from vaern.node.reports.models.report import Report

if TYPE_CHECKING:
    import uuid

RECEIPT, SEALED = "receipt", "message"
"""The purposes under which a receipt's code is digested and a message's words are sealed (`base.sealing`)."""


class Receipt(Scoped):
    """The access to a dialogue: a keyed digest of the receipt code, which only the reporter has."""

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"digest": (Whom.REPORTER,)})

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="receipt")
    digest = models.BinaryField(max_length=32, unique=True)

    objects = Visible("report__organisation")

    def __str__(self) -> str:
        return f"receipt of {self.report_id}"


class Message(Owned):
    """One message of a dialogue.

    Attributes:
        sealed: its words (purpose `message`).
        by: the analyst; None for the reporter.
        at: of the reporter's messages to the hour only, so that it matches no line of an access log.
        read: whether the other side has read it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.REPORTER,
                Whom.CHILD,
            )
        },
    )

    if TYPE_CHECKING:
        by_id: uuid.UUID | None

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    sealed = SealedField(SEALED)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    read = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["report", "id"]),
            models.Index(name="message_waits", fields=["organisation"], condition=Q(by__isnull=True, read=False)),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
