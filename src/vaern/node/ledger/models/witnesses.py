"""The tables of witnesses: the ledgers that this node witnesses, who witnesses its own, and what they cosigned."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Personal
from vaern.node.ledger.models.entries import is_code, is_digest
from vaern.node.ledger.triggers import NEVER_BACK, NOT_CHANGED, NOT_REMOVED


class WitnessedLog(models.Model):
    """A ledger of another node, of which this node is a witness. A row is never removed: it would begin at zero again.

    Attributes:
        origin: the first line of its checkpoints.
        keys: with which it signs: verifier keys, one a line.
        size, root: of the checkpoint that was cosigned last; 0 and None before the first. A trigger holds that they
            never go back, and that of one size there is one root.
        note: that checkpoint with the ledger's signature and this node's cosignatures.
        cosigned_at: when that was.
        fork: a checkpoint of its key that contradicts the one that was cosigned, the first that came: the proof that
            the ledger tells two stories. "" where there is none.
        fork_at: when it came.
        told_at: when this node was told of it.
        told_by: by whom: `registry.POLICY`, or a code of whoever else.
        ended_at: from when on it is not witnessed; None while it is.
    """

    PERSONAL: ClassVar = Personal(plain=("origin", "keys", "root", "note", "fork", "told_by"))

    origin = models.TextField(primary_key=True)
    keys = models.TextField()
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(null=True)
    note = models.TextField(default="")
    cosigned_at = models.DateTimeField(null=True)
    fork = models.TextField(default="")
    fork_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_witnessed_log"
        triggers: ClassVar = [NEVER_BACK, NOT_REMOVED]
        constraints: ClassVar = [
            is_code("witnessed_log", "told_by"),
            models.CheckConstraint(name="witnessed_log_root_is_digest", condition=Q(root=None) | Q(root__length=32)),
            models.CheckConstraint(
                name="witnessed_log_has_root", condition=Q(size=0) | (Q(size__gt=0) & ~Q(root=None))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} up to {self.size}"


class Witness(models.Model):
    """Somebody who is asked to cosign this node's checkpoints.

    Attributes:
        url: where it is asked: its submission prefix.
        keys: with which it cosigns: verifier keys, one a line.
        size: of the checkpoint that it cosigned last, as far as is known.
        asked_at: when it was asked last; None before the first time.
        answered_at: when it cosigned last, or said that it had before.
        problem: a code of `rules.Problem`; "" where it answers as it should.
        since: when that began.
        claimed: the size that it said, where the ledger was never that large.
        told_at, told_by, ended_at: as in `WitnessedLog`.
    """

    PERSONAL: ClassVar = Personal(plain=("url", "keys", "problem", "told_by"))

    url = models.TextField(primary_key=True)
    keys = models.TextField()
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, default="")
    since = models.DateTimeField(null=True)
    claimed = models.BigIntegerField(null=True)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_witness"
        constraints: ClassVar = [is_code("witness", "told_by")]

    def __str__(self) -> str:
        return self.url


class Cosignature(models.Model):
    """What a witness cosigned of this node's ledger. Never changed; of old ones the last of each day is kept.

    Attributes:
        size, root: of the checkpoint.
        witness: name and ID of the key (`NoteKey.identity`).
        line: the signature line, as it stands under the checkpoint.
        at: when the witness cosigned, by its own clock.
    """

    PERSONAL: ClassVar = Personal(plain=("root", "witness", "line"))

    size = models.BigIntegerField()
    root = models.BinaryField()
    witness = models.TextField()
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_cosignature"
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            is_digest("cosignature", "root"),
            models.UniqueConstraint(fields=["size", "witness"], name="cosignature_once"),
        ]

    def __str__(self) -> str:
        return f"{self.witness} on {self.size}"
