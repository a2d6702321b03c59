"""Disseminations to other desks, milestones with their dates, and updates sent to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.casework.models import Release
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.victims.models.clues import Hypothesis
from vaern.node.victims.models.series import Series
from vaern.node.victims.rules.sharing import Answer, Milestones

if TYPE_CHECKING:
    import uuid

SEALED = "series milestone"
"""The purpose under which references and reasons are sealed (`base.sealing`)."""

_CODE = 24


class Dissemination(Owned):
    """A series released to a desk of the proposed country, and that desk's answer.

    Attributes:
        organisation: that owns the series; recipient: that received it.
        sent_by: None where the owner lives on another node.
        why: of a decline or of giving back, sealed.
        sent_files: of a recipient on another node: the files that were sent there.
        said: across nodes: the id of the last word of the recipient about the child, as far as its reader knows; the
            recipient's node has it from when it is sent, the owner's from when it is taken in.
        stands: on the recipient's node: the last that the owner's said of how the series stands (`bodies.Stands`).
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"why": (Whom.CHILD,)}, plain=("sent_files", "stands"))

    if TYPE_CHECKING:
        series_id: uuid.UUID
        recipient_id: uuid.UUID

    id = models.UUIDField(primary_key=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="disseminations")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="+")
    hypothesis = models.ForeignKey(Hypothesis, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=_CODE, choices=choices(Answer), default=Answer.AWAITED.value)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why = SealedField(SEALED, default=b"")
    sent_files = ArrayField(models.BigIntegerField(), default=list)
    said = models.UUIDField(null=True)
    stands = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="dissemination_answer", condition=among("answer", Answer)),
            models.CheckConstraint(
                name="dissemination_answered_at",
                condition=Q(answer=Answer.AWAITED.value) | Q(answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="dissemination_accepted_once", fields=["series"], condition=Q(answer=Answer.ACCEPTED.value)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="dissemination_awaited", fields=["recipient", "due_at"], condition=Q(answer=Answer.AWAITED.value)
            ),
            models.Index(name="dissemination_to", fields=["recipient", "-sent_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"dissemination {self.pk}"


class Milestone(Owned):
    """Something that was reached on a day, perhaps years after the series was closed.

    Attributes:
        organisation: whose people say so.
        on: the day on which it happened; said_at: when it was written down.
        sealed: the number of the file in the register of the police, or a reason in words; sealed. Never a name.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"sealed": (Whom.CHILD,)})

    if TYPE_CHECKING:
        series_id: uuid.UUID

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="milestones", db_index=False)
    code = models.CharField(max_length=_CODE, choices=choices(Milestones))
    on = models.DateField()
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sealed = SealedField(SEALED, default=b"")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="milestone_code", condition=among("code", Milestones))]
        indexes: ClassVar = [models.Index(name="milestone_in_series", fields=["series", "said_at", "id"])]

    def __str__(self) -> str:
        return self.code


class Tiding(Owned):
    """What another organisation's desk is told of a series that it holds or that is of the same child.

    Attributes:
        organisation: who is told.
        series: the one that they see, or their own on the same child.
        code: what happened; `by` is the organisation that said so, where they may know it.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    SUBJECT: ClassVar[Subject] = Subject("series")
    """How the ledger names the list of them."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="tidings")
    code = models.CharField(max_length=_CODE, choices=choices(Milestones))
    by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="tiding_unread", fields=["organisation", "told_at"], condition=Q(read_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.code


class Openness(Owned):
    """Whether others who ask *known?* are told that this organisation holds a series; not unless it says so."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    named = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"openness of {self.pk}"
