"""The tables of the ledger. Triggers make them append-only, even for their owner, with three exceptions.

`Note` rows can be erased, which is itself recorded; `Pending` rows are deleted when their entries have been sequenced;
`Fold` marks how far totals computed from the ledger have come, and may be reset.
References have no foreign-key constraint: their targets cannot be removed, and `verify` checks them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.ledger.rules import Verb
from vaern.node.ledger.triggers import APPEND_ONLY, ERASED_WITH_ENTRY, NOT_CHANGED

if TYPE_CHECKING:
    from django.db.models import CheckConstraint

TAGS = r"^[a-z][a-z0-9_]*=[a-z0-9_.:-]{1,40}(;[a-z][a-z0-9_]*=[a-z0-9_.:-]{1,40}){0,8}$"
"""`tags.py`, as PostgreSQL writes it."""

CODE = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"
"""`rules.CODE`, as PostgreSQL writes it."""

models.BinaryField.register_lookup(Length)


def is_code(table: str, field: str) -> CheckConstraint:
    """Return the constraint that a column holds a code, and so no free text."""
    return models.CheckConstraint(name=f"{table}_{field}_is_code", condition=Q(**{f"{field}__regex": CODE}))


def is_digest(table: str, field: str) -> CheckConstraint:
    """Return the constraint that a column holds 32 bytes."""
    return models.CheckConstraint(name=f"{table}_{field}_is_digest", condition=Q(**{f"{field}__length": 32}))


def of_entry(related_name: str, **options: Any) -> models.OneToOneField[Any, Any]:
    """Return a column that references an entry, at most one row per entry."""
    return models.OneToOneField(
        Entry, models.DO_NOTHING, db_column="entry", db_constraint=False, related_name=related_name, **options
    )


class Entry(models.Model):
    """One act. Everything here is hashed; nothing here names a person: codes, ids, numbers, times and digests only.

    Attributes:
        at: when it was recorded, by the database's clock; truncated to the hour for strangers (`rules.Actor`).
        act, verb: what was done (`rules.Act`) and which of the six operations that is.
        person, organisation, key, session: who did it (`rules.Actor`); all None for the node itself.
        kind, subject, owner: to what (`rules.Subject`).
        why: the code of the reason.
        recipient: the organisation to which something was disclosed.
        count: how many records a list or a search showed.
        tags: codes for later statistics (`tags.py`): the country of a host, the code of an outcome. They identify
            nobody and no record, and stay when the record is erased.
        note: SHA-256 over the words and details that stand in `Note` (`notes.commitment`); None if there are none.
        salt: random, so that the entry cannot be guessed from its leaf hash in a public proof.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"person": (Whom.STAFF,)},
        plain=(
            "act",
            "verb",
            "kind",
            "why",
            "tags",
            "note",
        ),
        because="the ledger proves who did what: an id, whose row is emptied with the account",
    )

    at = models.DateTimeField()
    act = models.CharField(max_length=80)
    verb = models.CharField(max_length=20)
    person = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    key = models.UUIDField(null=True)
    session = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    owner = models.UUIDField(null=True)
    why = models.CharField(max_length=40)
    recipient = models.UUIDField(null=True)
    count = models.IntegerField(null=True)
    tags = models.CharField(max_length=400, null=True)
    note = models.BinaryField(null=True)
    salt = models.UUIDField(db_default=RandomUUID())

    class Meta:
        db_table = "ledger_entry"
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            is_code("entry", "act"),
            is_code("entry", "kind"),
            is_code("entry", "why"),
            models.CheckConstraint(name="entry_verb_is_known", condition=Q(verb__in=[verb.value for verb in Verb])),
            models.CheckConstraint(name="entry_count_is_no_debt", condition=Q(count=None) | Q(count__gte=0)),
            models.CheckConstraint(name="entry_tags_are_codes", condition=Q(tags=None) | Q(tags__regex=TAGS)),
            models.CheckConstraint(name="entry_note_is_digest", condition=Q(note=None) | Q(note__length=32)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="entry_at"),
            models.Index(fields=["organisation", "id"], name="entry_organisation"),
            *[
                models.Index(fields=[field, "id"], name=f"entry_{field}", condition=~Q(**{field: None}))
                for field in ("person", "subject", "owner", "session", "recipient", "key")
            ],
            # Nearly all entries are consultations; who looks for the others must not read past those.
            models.Index(fields=["verb", "id"], name="entry_rare_verb", condition=~Q(verb=Verb.CONSULTATION.value)),
            models.Index(
                fields=["subject", "id"],
                name="entry_rare_subject",
                condition=~Q(subject=None) & ~Q(verb=Verb.CONSULTATION.value),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Note(models.Model):
    """What a person typed with an act: outside the hashed part, so that it can be erased without breaking the proof.

    Attributes:
        salt: 16 random bytes, so that erased words cannot be guessed.
        words: of the reason.
        details: what was searched for, and the like.
    """

    PERSONAL: ClassVar = Personal(
        Ends.REDACTED,
        {
            "words": (
                Whom.STAFF,
                Whom.REPORTER,
                Whom.CHILD,
                Whom.SUSPECT,
            ),
            "details": (
                Whom.STAFF,
                Whom.REPORTER,
                Whom.CHILD,
                Whom.SUSPECT,
            ),
        },
        plain=("salt",),
    )

    entry = of_entry("free_text", primary_key=True)
    salt = models.BinaryField()
    words = models.TextField()
    details = models.TextField()

    class Meta:
        db_table = "ledger_note"
        triggers: ClassVar = [NOT_CHANGED, ERASED_WITH_ENTRY]

    def __str__(self) -> str:
        return f"note of entry {self.pk}"


class Pending(models.Model):
    """The queue of entries that have no position yet. Written by `record`, emptied by the sequencer."""

    entry = of_entry("pending", primary_key=True)

    class Meta:
        db_table = "ledger_pending"

    def __str__(self) -> str:
        return f"entry {self.pk} waits"


class Leaf(models.Model):
    """The position of an entry in the tree.

    Attributes:
        position: from 0, without gaps.
        hash: SHA-256 of a zero byte and the entry's bytes (`leaf.leaf_bytes`).
    """

    PERSONAL: ClassVar = Personal(plain=("hash",))

    position = models.BigIntegerField(primary_key=True)
    entry = of_entry("leaf")
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_leaf"
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [is_digest("leaf", "hash")]
        indexes: ClassVar = [HashIndex(fields=["hash"], name="leaf_hash")]

    def __str__(self) -> str:
        return f"leaf {self.pk}"


class Subtree(models.Model):
    """The root of a complete subtree over 2^level leaves (every fourth level up to 24), so that a proof reads few rows.

    Attributes:
        index: which of its level: it covers the positions from index · 2^level.
    """

    PERSONAL: ClassVar = Personal(plain=("hash",))

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_subtree"
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [is_digest("subtree", "hash")]

    def __str__(self) -> str:
        return f"subtree {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the ledger's state at one size.

    Attributes:
        size: number of leaves.
        root: of the tree over them.
        note: the checkpoint as it is published: a signed note (C2SP tlog-checkpoint).
        at: when it was signed.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "root",
            "note",
        )
    )

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [is_digest("checkpoint", "root")]

    def __str__(self) -> str:
        return f"checkpoint of {self.pk}"


class Fold(models.Model):
    """How far totals computed from the ledger have come (`folds.py`): not part of the ledger, and not append-only.

    Attributes:
        size: entries at positions below this are in the totals; for a walk through another table (`folds.reach`), its
            position there.
    """

    PERSONAL: ClassVar = Personal(plain=("name",))

    name = models.CharField(max_length=40, primary_key=True)
    size = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_fold"
        constraints: ClassVar = [is_code("fold", "name")]

    def __str__(self) -> str:
        return f"{self.name} up to {self.size}"
