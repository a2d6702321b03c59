"""What comes in: kept as it came, taken in once, in its order; and what we say of it to whoever sent it."""

from __future__ import annotations

import enum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.models.peers import Peer
from vaern.node.exchange.rules.messages import Result
from vaern.node.organisations.models import among, choices


class Kept(enum.StrEnum):
    """How far a message has come that is kept.

    `GONE`: its sender has it no longer. `REPEATED`: it had come before under another place.
    """

    STORED = "stored"
    WAITS = "waits"
    TAKEN_IN = "taken_in"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    GONE = "gone"
    REPEATED = "repeated"


OPEN = frozenset({Kept.STORED, Kept.WAITS, Kept.SET_ASIDE})
"""What may still be taken in."""


class Incoming(models.Model):
    """One message of another node.

    Attributes:
        stream, sequence: its place.
        message: its id; None of what could not be read.
        kind, version, sender, recipient, about, in_reply_to: as in `Message`; ids of the peer's, so no references.
        sealed: the signed document, sealed for this node.
        digest: of the message.
        state, because: how far it has come, and why it waits, was refused or set aside: a code, and words.
        tries: how often it was tried again while it waits.
        received_at, done_at: when it came, and when it was taken in, refused or set aside.
        read_at: when a person of the recipient first opened what came of it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"sealed": (Whom.REPORTER, Whom.CHILD, Whom.SUSPECT), "because": (Whom.REPORTER, Whom.CHILD, Whom.SUSPECT)},
        plain=("kind", "digest"),
    )

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="incoming", db_index=False)
    stream = models.BigIntegerField()
    sequence = models.BigIntegerField()
    message = models.UUIDField(null=True)
    kind = models.CharField(max_length=60, blank=True)
    version = models.IntegerField(default=0)
    sender = models.UUIDField(null=True)
    recipient = models.UUIDField(null=True)
    about = models.UUIDField(null=True)
    in_reply_to = models.UUIDField(null=True)
    sealed = SealedField(PURPOSE)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=choices(Kept), default=Kept.STORED.value)
    because = models.CharField(max_length=400, blank=True)
    tries = models.IntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="incoming_message_place", fields=["peer", "stream", "sequence"]),
            models.UniqueConstraint(name="incoming_message_once", fields=["peer", "message"]),
            models.CheckConstraint(name="incoming_message_state", condition=among("state", Kept)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["peer", "sequence"], name="incoming_message_open", condition=Q(state__in=sorted(OPEN))
            ),
            models.Index(fields=["about"], name="incoming_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.peer_id}"


class OwnReceipt(models.Model):
    """What we say of a message to whoever sent it. Append-only; numbered by the courier, in the order of commits.

    Attributes:
        stream, number: None until it has one; it counts in the stream of our own messages.
        incoming: the message.
        result, because: what became of it.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"because": (Whom.REPORTER, Whom.CHILD, Whom.SUSPECT)})

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+", db_index=False)
    stream = models.BigIntegerField(null=True)
    number = models.BigIntegerField(null=True)
    incoming = models.ForeignKey(Incoming, on_delete=models.CASCADE, related_name="receipts")
    result = models.CharField(max_length=12, choices=choices(Result))
    because = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="own_receipt_number", fields=["peer", "stream", "number"]),
            models.CheckConstraint(name="own_receipt_result", condition=among("result", Result)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["peer", "id"], name="own_receipt_unnumbered", condition=Q(number=None))
        ]

    def __str__(self) -> str:
        return f"{self.result} of {self.incoming_id}"
