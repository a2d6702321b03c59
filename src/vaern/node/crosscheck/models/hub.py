"""What a member has of hubs and of records elsewhere, and what a hub has of its members' records: keyed values."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.crosscheck.models.registry import Enrolment, Meeting
from vaern.node.crosscheck.rules.registry import State
from vaern.node.exchange.models import Peer
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Person, among, choices

if TYPE_CHECKING:
    from uuid import UUID

_CODE = 16
SHARED, CHANNEL = "crosscheck shared secret", "crosscheck channel"
"""The purposes under which the members' secret and the keys of channels are sealed (`base.sealing`)."""


class SharedSecret(models.Model):
    """With what members' nodes key values for a hub, which never has it.

    Attributes:
        number: the newest counts.
        ident: by which two nodes know that they have the same; tells nothing of it.
        sealed: the secret.
        came_from: of which node it came; None if it was made here.
        made_by: who made it here.
        ends_at: until when values keyed with it stay at the hub; None for the newest.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("ident", "sealed"),
        because="who made the key is an id, whose row is emptied with the account; it goes with the key",
    )

    number = models.BigIntegerField()
    ident = models.BinaryField(max_length=16, unique=True)
    sealed = SealedField(SHARED)
    came_from = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_one_secret", fields=["number"], condition=Q(ends_at=None))
        ]

    def __str__(self) -> str:
        return f"secret {self.number}"


class HubRecord(models.Model):
    """A record of this node as a hub knows it.

    Attributes:
        hub: which one.
        enrolment: the record; None once it is gone and the hub has to be told.
        record: the number under which the hub has it, which means nothing elsewhere.
        under: the secrets with which all its values were keyed and sent; fewer than there are, and it is sent anew.
    """

    PERSONAL: ClassVar = Personal(plain=("under",))

    hub = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.SET_NULL, null=True, related_name="hub_records")
    record = models.UUIDField(default=uuid.uuid4, unique=True)
    under = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="crosscheck_hub_once", fields=["hub", "enrolment"])]

    def __str__(self) -> str:
        return f"hub record {self.pk}"


class Elsewhere(models.Model):
    """The other side of a meeting, where that is on another node: what is known of it here.

    Attributes:
        meeting: whose `other` is empty.
        mine: this node's side.
        theirs: the number of the other record at the hub.
        at_hub: the meeting's number there.
        channel: the key with which the two sides seal what they say.
        state: how the work there stands, as the other side says.
        heard, said: the number of its last word on that, and of ours.
    """

    PERSONAL: ClassVar = Personal(plain=("channel",))

    if TYPE_CHECKING:
        meeting_id: UUID

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, primary_key=True, related_name="elsewhere")
    mine = models.ForeignKey(HubRecord, on_delete=models.CASCADE, related_name="met")
    theirs = models.UUIDField()
    at_hub = models.UUIDField()
    channel = SealedField(CHANNEL)
    state = models.CharField(max_length=_CODE, choices=choices(State), default=State.OPEN.value)
    heard = models.IntegerField(default=0)
    said = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_met_elsewhere_once", fields=["mine", "theirs"]),
            models.UniqueConstraint(name="crosscheck_met_at_hub_once", fields=["mine", "at_hub"]),
            models.CheckConstraint(name="crosscheck_elsewhere_state", condition=among("state", State)),
        ]

    def __str__(self) -> str:
        return f"the other side of {self.meeting_id}"


class HeldRecord(models.Model):
    """At a hub: a record of a member, by a number that only its node knows.

    Attributes:
        member: the node.
        record: the number.
        country, hint: that of the organisation and the one to which its work points, where it may be named.
        size: how many values it has.
    """

    PERSONAL: ClassVar = Personal(plain=("country", "hint"))

    if TYPE_CHECKING:
        member_id: UUID

    member = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    record = models.UUIDField()
    country = models.CharField(max_length=2, default="")
    hint = models.CharField(max_length=2, default="")
    size = models.IntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="crosscheck_held_once", fields=["member", "record"])]

    def __str__(self) -> str:
        return f"held record {self.pk}"


class HeldValue(models.Model):
    """At a hub: a keyed value of a record. The hub has no secret, and so nothing with which to test a guess."""

    PERSONAL: ClassVar = Personal(
        Ends.RECORD, {"digest": (Whom.SUSPECT, Whom.CHILD), "proof": (Whom.SUSPECT, Whom.CHILD)}
    )

    record = models.ForeignKey(HeldRecord, on_delete=models.CASCADE, related_name="values", db_index=False)
    digest = models.BinaryField(max_length=32)
    proof = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_held_value_once", fields=["record", "digest"])
        ]
        indexes: ClassVar = [models.Index(name="crosscheck_held_value", fields=["digest", "record"])]

    def __str__(self) -> str:
        return f"held value {self.pk}"


class HeldMeeting(models.Model):
    """At a hub: two records of two members hold one of the same."""

    PERSONAL: ClassVar = Personal()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(HeldRecord, on_delete=models.CASCADE, related_name="meetings_as_one", db_index=False)
    other = models.ForeignKey(HeldRecord, on_delete=models.CASCADE, related_name="meetings_as_other")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_held_met_once", fields=["one", "other"]),
            models.CheckConstraint(name="crosscheck_held_in_order", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"held meeting {self.pk}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("meeting", self.id)

    def across_from(self, record: HeldRecord) -> HeldRecord:
        """Return the record that this one met."""
        return self.other if self.one_id == record.pk else self.one  # type: ignore[attr-defined]


class HeldQuestion(models.Model):
    """At a hub: a member asks to which country a record of its own belongs.

    Attributes:
        question: the member's number of it.
        proposals, weights: as in `CountryQuestion`.
        answered_at, answered_by, declined: when a person here passed it on, or that it cannot be said.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("proposals", "weights"))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(HeldRecord, on_delete=models.CASCADE, related_name="questions")
    question = models.UUIDField()
    proposals = models.JSONField(default=list)
    weights = models.CharField(max_length=20)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    declined = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_held_question_once", fields=["record", "question"])
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at", "id"])]

    def __str__(self) -> str:
        return f"held question {self.pk}"
