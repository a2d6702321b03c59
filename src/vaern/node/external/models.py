"""External identifiers and what was done to them: what was written stands sealed, equal ones by keyed digests."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.external.rules import WIDTHS, Change, Source
from vaern.node.organisations.models import Organisation, Owned, Person, among

SEALED = "external identifier"
"""The purpose under which what was written is sealed, and the digests are keyed (`base.sealing`)."""


class ExternalIdentifier(Owned):
    """What another system calls a record of casework. It has no end of its own: it goes with its record.

    Attributes:
        kind, record: what it is of: the model's `KIND`, and its id.
        number: of the record's, from 1.
        system: of `arrivals.NumberSystem`.
        country: whose number it is, where that is a country; ISO 3166-1 alpha-2.
        sealed: `sealed_values.Written` as JSON.
        value_key: of the value as it is compared, by which a search finds it.
        same_key: of all that makes it the same identifier (`rules.same`).
        along: the widest label of a release with which it goes along; "" for none.
        source: how it came to stand here.
        sent_by: the organisation that it came from with its record.
        version: of its last `ExternalChange`.
        noted_by: who noted it; None for the node, which read it in a document.
        withdrawn_at: it counts no more; None while it does.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "value_key": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "same_key": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
        },
        plain=(
            "kind",
            "system",
            "country",
            "along",
            "source",
        ),
    )

    if TYPE_CHECKING:
        organisation_id: uuid.UUID
        sent_by_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    record = models.UUIDField()
    number = models.PositiveIntegerField()
    system = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="")
    sealed = SealedField(SEALED)
    value_key = models.BinaryField(max_length=32)
    same_key = models.BinaryField(max_length=32)
    along = models.CharField(max_length=12, default="")
    source = models.CharField(max_length=10)
    sent_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="external_number", fields=["kind", "record", "number"]),
            models.UniqueConstraint(
                name="external_once", fields=["kind", "record", "same_key"], condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(name="external_source", condition=among("source", Source)),
            models.CheckConstraint(name="external_along", condition=Q(along__in=["", *WIDTHS])),
        ]
        indexes: ClassVar = [
            models.Index(name="external_value", fields=["organisation", "value_key"], condition=Q(withdrawn_at=None)),
            models.Index(name="external_same", fields=["organisation", "same_key"], condition=Q(withdrawn_at=None)),
            models.Index(name="external_found", fields=["value_key", "record"], condition=Q(withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"


class ExternalChange(Owned):
    """One thing that was done to an identifier, and how it stood then; never changed.

    Attributes:
        number: of the identifier's changes, from 1.
        sealed: `sealed_values.Written` as JSON, with why it was withdrawn.
        by: who did it; None for the node.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CHILD,
            )
        },
        plain=(
            "change",
            "system",
            "country",
            "along",
        ),
    )

    identifier = models.ForeignKey(ExternalIdentifier, on_delete=models.CASCADE, related_name="changes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=10)
    system = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="")
    along = models.CharField(max_length=12, default="")
    sealed = SealedField(SEALED)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="external_change", fields=["identifier", "number"]),
            models.CheckConstraint(name="external_change_is", condition=among("change", Change)),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.number}"
