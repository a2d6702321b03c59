"""Files that go in pieces: how far each has come. Their bytes lie under the node's home, each sealed with its own key.

The key stands in the row, sealed itself: without the row the bytes are worth nothing, wherever a disk or a backup of it
still has them.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.sealing import SealedField
from vaern.node.exchange.models.inbox import Incoming
from vaern.node.exchange.models.outbox import Outgoing

KEYS = "exchange.file"
"""The keys of files are sealed for this."""


class OutgoingFile(models.Model):
    """The file of a message that goes out. The row stays, as the message's does; the bytes go once it is settled.

    Attributes:
        key: of its pieces; empty once they are erased.
        size, count: bytes, and pieces.
        have: how many of them the peer said that it has.
        asked: which it asks for now.
        waits: why it asks for none, as a code; "" if it does.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("key", "asked", "waits"))

    message = models.OneToOneField(Outgoing, on_delete=models.CASCADE, related_name="file", primary_key=True)
    key = SealedField(KEYS)
    size = models.BigIntegerField()
    count = models.IntegerField()
    have = models.IntegerField(default=0)
    asked = ArrayField(models.IntegerField(), default=list)
    waits = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"file of message {self.message_id}"


class IncomingFile(models.Model):
    """The file of a message that came, while its pieces come; the row ends when the message was taken in or refused.

    Attributes:
        key: of its pieces.
        size, piece, digests: as the message says; the digests one after another.
        held: the pieces that came.
        wrong: how many came that were none of it.
        waits, paused_until: why no pieces are asked for, as a code, and until when.
        came_at: when the last piece came.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("key", "digests", "held", "waits"))

    message = models.OneToOneField(Incoming, on_delete=models.CASCADE, related_name="file", primary_key=True)
    key = SealedField(KEYS)
    size = models.BigIntegerField()
    piece = models.IntegerField()
    digests = models.BinaryField()
    held = ArrayField(models.IntegerField(), default=list)
    wrong = models.IntegerField(default=0)
    waits = models.CharField(max_length=40, blank=True)
    paused_until = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"file of message {self.message_id}"

    @property
    def count(self) -> int:
        """How many pieces it has."""
        return len(self.digests) // 32
