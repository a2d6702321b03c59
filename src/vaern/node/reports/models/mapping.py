"""Mappings that an organisation keeps: what of another system's documents is which part of a report, in versions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.ledger.rules import Subject
from vaern.node.ledger.triggers import NOT_CHANGED
from vaern.node.organisations.models import Organisation, Owned, Person


class SavedMapping(Owned):
    """One mapping of an organisation. It holds nothing of any case, and stays while a report names it.

    Attributes:
        name, system: how people call it, and whose documents it reads; those of the version in use.
        in_use: number of the version by which documents are read.
        retired_at: no document is read by it any more.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "name",
            "system",
        )
    )

    KIND: ClassVar[str] = "mapping"

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    system = models.CharField(max_length=120)
    in_use = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="mapping_name", fields=["organisation", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """What the ledger calls it."""
        return Subject(self.KIND, self.id, self.organisation_id)


class SavedMappingVersion(Owned):
    """One version of a mapping, never changed: each change of what it says is the next.

    Attributes:
        number: from 1.
        name, system: as of then.
        shape: of the documents that it reads (`formats.trees.Shape`).
        content: the mapping as JSON, the same file that the command line reads (`formats.mapping.written`).
        why, words: the reason that was given.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "name",
            "system",
            "shape",
            "content",
            "why",
            "words",
        ),
        because="documents were read by it; who made it is an id, whose row is emptied with the account",
    )

    if TYPE_CHECKING:
        mapping_id: uuid.UUID

    mapping = models.ForeignKey(SavedMapping, on_delete=models.PROTECT, related_name="versions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    system = models.CharField(max_length=120)
    shape = models.CharField(max_length=8)
    content = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=40)
    words = models.CharField(max_length=500, default="")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [models.UniqueConstraint(name="mapping_version", fields=["mapping", "number"])]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class SavedMappingUse(Owned):
    """That a document was read by a version: when, how many reports it held, and what was wrong, by code and place.

    It says nothing of what the document held, and ends by itself (`mappings.rules.USES_KEPT_FOR`).

    Attributes:
        taken, refused: reports that were taken, those that were there already included, and those that were not.
        faults: how often each code of `vaern.faults` was told; behind it, after a space, at which path of the mapping.
    """

    PERSONAL: ClassVar = Personal(plain=("faults",))

    version = models.ForeignKey(SavedMappingVersion, on_delete=models.PROTECT, related_name="uses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    taken = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    faults = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="mapping_use_at", fields=["at"]),
            models.Index(name="mapping_use_of", fields=["version", "-at"]),
        ]

    def __str__(self) -> str:
        return f"use of version {self.version_id}"
