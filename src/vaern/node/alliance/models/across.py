"""What passed between the secretariat's node and those of members: sums, and what was released."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.alliance.models.indicators import Sums
from vaern.node.alliance.models.publishing import WHAT_WAS_TOLD_STAYS
from vaern.node.base.personal import Personal
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation


class MemberTally(Sums):
    """A part of the sums that a member's node sent, of another ledger than ours.

    The organisation is the ministry that sent it; the source is a digest that only that node can compute.
    """

    PERSONAL: ClassVar = Personal(plain=("code", "split", "source"))


class ToldSums(models.Model):
    """Which sums of a month a secretariat on another node has of us: what did not change is not sent again.

    Attributes:
        sender: the ministry of this node in whose country's name they were sent.
        digest: SHA-256 of what was sent.
    """

    PERSONAL: ClassVar = Personal(plain=("digest",))

    sender = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    digest = models.CharField(max_length=64)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="told_sums_once", fields=["sender", "recipient", "month"])
        ]

    def __str__(self) -> str:
        return f"sums of {self.month}"


class ReceivedRelease(models.Model):
    """What a secretariat on another node released to the public, byte for byte. Append-only.

    Attributes:
        secretariat: who released it.
        number: of the release there.
        document: the file that everybody can fetch there; "" where it was too long for a message.
        digest: SHA-256 of that file, as the secretariat said it; of a document that is here it was checked.
        corrects: the number of the release that it takes the place of; None for none.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "document",
            "digest",
        )
    )

    if TYPE_CHECKING:
        secretariat_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secretariat = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    released_at = models.DateTimeField()
    document = models.TextField()
    digest = models.CharField(max_length=64)
    corrects = models.PositiveIntegerField(null=True)
    came_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="received_release_once", fields=["secretariat", "number"])
        ]
        triggers: ClassVar = [WHAT_WAS_TOLD_STAYS]

    def __str__(self) -> str:
        return f"release {self.number}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("public_release", self.id)
