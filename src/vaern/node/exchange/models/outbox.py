"""What goes out: written in the transaction of the act, numbered and sent afterwards, kept until it is settled."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.exchange.models.peers import Peer
from vaern.node.exchange.rules.messages import Result
from vaern.node.organisations.models import Organisation, among, choices

PURPOSE = "exchange.message"
"""What is kept of messages is sealed for this."""


class Receipted(models.Model):
    """A document of receipts as a peer signed it: the proof of what became of what was sent."""

    PERSONAL: ClassVar = Personal(plain=("document",))

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    document = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"receipts of {self.peer}"


class Outgoing(models.Model):
    """One message to another node.

    Attributes:
        message: its id.
        stream, sequence: its place; the sequence is None until the courier has given it one, in the order of commits.
        kind, version: as in `Message`.
        sender, recipient: the organisations; None where the node speaks.
        about, in_reply_to: as in `Message`.
        sealed: the message's parts as JSON, sealed for this node; empty once it is settled and its time is over.
        digest: of the message as it was signed; "" before it has a place.
        made_at, expires_at: when the act was, and until when it may be taken in.
        sent_at: when it first left.
        received_at: when the peer first said that it keeps it.
        result, because, settled_at: what became of it there, by its receipt.
        receipt: the document that says so.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"sealed": (Whom.REPORTER, Whom.CHILD, Whom.SUSPECT), "because": (Whom.REPORTER, Whom.CHILD, Whom.SUSPECT)},
        plain=("kind", "digest"),
    )

    message = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="outgoing", db_index=False)
    stream = models.BigIntegerField(null=True)
    sequence = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    version = models.IntegerField()
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    about = models.UUIDField(null=True)
    in_reply_to = models.UUIDField(null=True)
    sealed = SealedField(PURPOSE)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=choices(Result), blank=True)
    because = models.CharField(max_length=400, blank=True)
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    receipt = models.ForeignKey(Receipted, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="outgoing_place", fields=["peer", "stream", "sequence"]),
            models.CheckConstraint(name="outgoing_result", condition=Q(result="") | among("result", Result)),
            models.CheckConstraint(
                name="outgoing_has_place_or_waits",
                condition=Q(sequence=None, stream=None) | Q(sequence__gte=1, stream__gte=1),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["peer", "id"], name="outgoing_unnumbered", condition=Q(sequence=None)),
            models.Index(fields=["peer", "sequence"], name="outgoing_underway", condition=Q(received_at=None)),
            models.Index(fields=["peer", "made_at"], name="outgoing_unsettled", condition=Q(settled_at=None)),
            models.Index(fields=["about", "made_at"], name="outgoing_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.peer_id}"
