"""Saved mappings of an organisation, in versions: how documents of other systems become reports."""

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
    """One mapping of an organisation. It holds no casework, and stays while a report names it.

    Attributes:
        name, system: its name, and the system whose documents it reads; those of the version in use.
        in_use: number of the version by which documents are read.
        retired_at: since when it reads no documents.
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
        """The ledger subject of the mapping."""
        return Subject(self.KIND, self.id, self.organisation_id)


class SavedMappingVersion(Owned):
    """One version of a mapping. Immutable: each change creates the next.

    Attributes:
        number: from 1.
        name, system: as of that version.
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
    """One use of a version: when a document was read, how many reports it held, and its faults by code and path.

    It holds nothing of the document's content, and is erased after `rules.mappings.USES_KEPT_FOR`.

    Attributes:
        taken, refused: reports that were taken, those that were there already included, and those that were not.
        faults: count of each code of `vaern.faults`, followed by a space and the path in the mapping.
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
