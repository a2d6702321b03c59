"""Enrolments, their keys, and meetings. Nothing here describes a record or outlives it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.crosscheck.rules.registry import KINDS, State, Update
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

if TYPE_CHECKING:
    from uuid import UUID

_CODE = 16
_KINDS = [(kind, kind) for kind in KINDS]


class Enrolment(Owned):
    """A record whose keys are compared. It goes with its record, in one transaction.

    Attributes:
        kind, record: what it is: the model's `KIND`, and its id.
        state: how the work on it stands, as its owner says.
        country_hint: the code of the country to which its owner's work points, or "".
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "kind",
            "country_hint",
        )
    )

    if TYPE_CHECKING:
        organisation_id: UUID

    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    state = models.CharField(max_length=_CODE, choices=choices(State), default=State.OPEN.value)
    country_hint = models.CharField(max_length=2, default="")
    enrolled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_enrolled_once", fields=["kind", "record"]),
            models.CheckConstraint(name="crosscheck_enrolment_state", condition=among("state", State)),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"

    @property
    def subject(self) -> Subject:
        """How the ledger names the record."""
        return Subject(self.kind, self.record, self.organisation_id)


class Enrolled(Owned):
    """One key of one record. The digest is keyed with its kind too, so that it alone tells values apart.

    Attributes:
        organisation: the record's, here once more: who holds a key is answered from one index.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "digest": (
                Whom.SUSPECT,
                Whom.CHILD,
            )
        },
    )

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="keys", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=_CODE, choices=_KINDS)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_key_once", fields=["enrolment", "digest"]),
            models.CheckConstraint(name="crosscheck_key_kind", condition=Q(kind__in=list(KINDS))),
        ]
        indexes: ClassVar = [
            models.Index(name="crosscheck_key", fields=["digest", "organisation", "enrolment"]),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"


class EitherSide(Visible):
    """The manager of what two organisations share: each sees the row; what of it they are told is the queries'."""

    def visible_to(self, organisation: UUID) -> Q | Any:
        """Return the condition under which this organisation may see a row."""
        return Q(one__organisation=organisation) | Q(other__organisation=organisation)


class Meeting(Scoped):
    """Two records that share at least one justifying key. Deleted with either record or with the key.

    Attributes:
        one, other: the two, the one that was registered first before the other; `other` is None where it is a record
            of another node (`Elsewhere`).
        inside: both belong to one organisation.
        kinds: of the keys that they share and that justify it, in order.
        one_saw_at, other_saw_at: when somebody of that side first looked at it.
    """

    PERSONAL: ClassVar = Personal(plain=("kinds",))

    if TYPE_CHECKING:
        one_id: int
        other_id: int | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="meetings_as_one", db_index=False)
    other = models.ForeignKey(Enrolment, on_delete=models.CASCADE, null=True, related_name="meetings_as_other")
    inside = models.BooleanField(default=False)
    kinds = ArrayField(models.CharField(max_length=_CODE, choices=_KINDS))
    met_at = models.DateTimeField(default=timezone.now)
    one_saw_at = models.DateTimeField(null=True)
    other_saw_at = models.DateTimeField(null=True)

    objects = EitherSide("one__organisation")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_met_once", fields=["one", "other"]),
            models.CheckConstraint(name="crosscheck_met_in_order", condition=Q(one__lt=F("other"))),
            models.CheckConstraint(name="crosscheck_met_by_something", condition=~Q(kinds=[])),
        ]
        indexes: ClassVar = [models.Index(name="crosscheck_met", fields=["met_at", "id"])]

    def __str__(self) -> str:
        return f"meeting {self.pk}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it; it belongs to two, so to neither."""
        return Subject("meeting", self.id)

    @property
    def sides(self) -> tuple[Enrolment, ...]:
        """The records of this node that met: both, or one where the other is elsewhere."""
        return (self.one,) if self.other is None else (self.one, self.other)

    def side_of(self, organisation: UUID) -> Enrolment:
        """Return the record of this organisation; of two, the one that was registered first."""
        return next((side for side in self.sides if side.organisation_id == organisation), self.sides[-1])

    def across_from(self, enrolment: Enrolment | None) -> Enrolment | None:
        """Return the record that this one met, None where that is elsewhere; of None, that of this node."""
        if enrolment is None:
            return self.one
        return self.other if self.one_id == enrolment.pk else self.one


class Told(Owned):
    """What whoever met a record was told of it: that the child was identified, say. Not which record it is.

    Attributes:
        enrolment: of the record whose owner is told.
        meeting: by which they met.
        code: what.
        seen_at: when somebody there had read it.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="told")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="told")
    code = models.CharField(max_length=_CODE, choices=choices(Update))
    told_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="crosscheck_told", condition=among("code", Update))]
        indexes: ClassVar = [
            models.Index(name="crosscheck_told_new", fields=["organisation", "told_at"], condition=Q(seen_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.code} to enrolment {self.enrolment_id}"
