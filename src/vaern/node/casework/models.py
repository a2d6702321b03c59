"""The base of every casework record, and releases of records to other organisations."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.casework.scope import Released
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation, Owned, Person


class Release(Scoped):
    """A grant that lets another organisation see a record, for a purpose and a limited time; it can be recalled.

    Attributes:
        kind, record: what is released: the model's `KIND`, and its id.
        owner: the organisation that releases, and to which the record belongs.
        released_by: who did it; None of a release by which something came from another node, whose people are its own.
        handling: the TLP 2.0 label that the recipient has to keep to.
        europol: Europol's handling codes beside it: "H1+H2"; "" where none was said, "H0" for none of them.
        restriction: what H3 says in words.
        permission: who of those it came from permitted that it goes on, where that is needed.
        from_country, to_country: of owner and recipient on that day; "" for an organisation of no country.
        transfer: the ground on which it goes to another country, a code of `transfers.table`.
        legal_ground: the provision or the reason in words, where the ground asks for it or the recipient is under
            another regime than the owner.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"permission": (Whom.CONTACT,)},
        plain=(
            "kind",
            "why",
            "handling",
            "europol",
            "restriction",
            "from_country",
            "to_country",
            "transfer",
            "legal_ground",
        ),
        because="a recall is acknowledged, and is answered for, after the record is gone",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=40)
    handling = models.CharField(max_length=20, default="amber")
    europol = models.CharField(max_length=11, default="")
    restriction = models.CharField(max_length=500, default="")
    permission = models.CharField(max_length=500, default="")
    from_country = models.CharField(max_length=2, default="")
    to_country = models.CharField(max_length=2, default="")
    transfer = models.CharField(max_length=20, default="")
    legal_ground = models.CharField(max_length=500, default="")
    released_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    objects = Visible("owner")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="release_to_another", condition=~Q(owner=F("recipient"))),
            models.CheckConstraint(name="release_expires", condition=Q(expires_at__gt=F("released_at"))),
            models.CheckConstraint(
                name="release_across_has_ground", condition=Q(from_country=F("to_country")) | ~Q(transfer="")
            ),
            models.CheckConstraint(
                name="release_restriction_has_words", condition=~Q(europol__contains="H3") | ~Q(restriction="")
            ),
            models.UniqueConstraint(
                name="release_once", fields=["kind", "record", "recipient"], condition=Q(recalled_at=None)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["recipient", "kind", "record"])]

    def __str__(self) -> str:
        return f"release of {self.kind} {self.record}"

    @classmethod
    def valid(cls) -> models.QuerySet[Release]:
        """Return the releases that give sight now: of and to organisations that are open."""
        return cls.everywhere.filter(
            recalled_at=None, expires_at__gt=timezone.now(), owner__active=True, recipient__active=True
        )


TERMS = (
    *("handling", "europol", "restriction", "permission", "transfer", "legal_ground"),
    *("expires_at", "recalled_at", "acknowledged_at"),
)
"""The columns of a release that a page shows to whoever received something by it."""


class Casework(Owned):
    """Base of every casework record: an owner, and an end date from the start (law 4 of the design).

    `objects` knows the viewer's own records and those released to it, `own` only its own.
    """

    KIND: ClassVar[str]
    """How releases and the ledger call this kind of record."""

    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member",)
    """What is read along with a record that somebody opens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    review_date = models.DateField()

    objects: ClassVar[Released] = Released()
    own: ClassVar[models.Manager[Any]] = Visible()

    class Meta(Owned.Meta):
        abstract = True

    @property
    def subject(self) -> Subject:
        """The record as a subject of the ledger."""
        return Subject(self.KIND, self.id, self.organisation_id)

    @property
    def to_do(self) -> bool:
        """Whether there is something to do."""
        return False

    @property
    def worker(self) -> uuid.UUID | None:
        """The person who works on it now, if somebody does."""
        return None

    def waits_for(self, person: uuid.UUID) -> bool:
        """Whether it is in the queue of a person of its organisation: to be done, and by nobody else."""
        return self.to_do and self.worker in {None, person}


class Statistic(Owned):
    """A number that outlives the records behind it: by organisation, kind of record, month and name."""

    PERSONAL: ClassVar = Personal(
        plain=(
            "kind",
            "name",
        )
    )

    kind = models.CharField(max_length=40)
    month = models.DateField()
    name = models.CharField(max_length=60)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="statistic", fields=["organisation", "kind", "month", "name"])
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.kind} {self.name}"
