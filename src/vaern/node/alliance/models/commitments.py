"""Commitments, their published versions, reporting rounds, replies, and what members declare."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.alliance.commitments.life import ReplyState, RoundState, State
from vaern.node.ledger.rules import Subject
from vaern.node.ledger.triggers import Unconditional
from vaern.node.organisations.models import Member, Person, among, choices

VERSIONS_STAY = Unconditional(
    name="versions_stay",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="""
    RAISE EXCEPTION 'a published version stays: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
""",
)
"""What a member once published is never changed and never removed. IntegrityError otherwise."""


class Round(models.Model):
    """A reporting round.

    Attributes:
        opens, closes: its first and its last day; the last is within the time.
        reminders: how many days before the close whoever has not submitted is reminded.
        period: what values are declared for (`indicators.periods.read`).
        frame_version: the version of the declaration that is reported on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, unique=True)
    opens = models.DateField()
    closes = models.DateField()
    reminders = ArrayField(models.PositiveSmallIntegerField(), default=list)
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=choices(RoundState), default=RoundState.PLANNED.value)
    frame_version = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="round_state", condition=among("state", RoundState)),
            models.CheckConstraint(name="round_forwards", condition=Q(closes__gte=F("opens"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("round", self.id)


class Commitment(models.Model):
    """One commitment of one member. What it says stands in its versions, and in the draft of the next.

    Attributes:
        goal: code of the operational goal.
        current: the version in force; None until one is published.
        draft: what the ministry is writing (`rules.stored`); None where nothing is being written.
        base: the number of the version that the draft began from; 0 for none.
        revision: counts every change, so that of two who write the second is told.
        why: why the secretariat returned it, or the member withdrew it.
    """

    if TYPE_CHECKING:
        member_id: uuid.UUID
        current_id: int | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="commitments")
    goal = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=choices(State), default=State.DRAFT.value)
    current = models.OneToOneField("CommitmentVersion", on_delete=models.PROTECT, null=True, related_name="+")
    draft = models.JSONField(null=True)
    base = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    why = models.TextField(default="")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="commitment_state", condition=among("state", State)),
            models.CheckConstraint(
                name="commitment_published_has_version",
                condition=~Q(state=State.PUBLISHED.value) | Q(current__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["member", "goal"], name="commitment_of_member")]

    def __str__(self) -> str:
        return f"{self.goal} of {self.member_id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("commitment", self.id)


class CommitmentVersion(models.Model):
    """What a commitment said when it was published. Append-only.

    Attributes:
        number: from 1, without a gap.
        content: `rules.stored`; read it with `rules.loaded`.
        round: in whose reply it was published; None outside of one.
    """

    if TYPE_CHECKING:
        commitment_id: uuid.UUID
        round_id: uuid.UUID | None

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="version_once", fields=["commitment", "number"])]
        triggers: ClassVar = [VERSIONS_STAY]

    def __str__(self) -> str:
        return f"version {self.number} of {self.commitment_id}"


class RoundReply(models.Model):
    """The reply of one member to one round.

    Attributes:
        revision: counts how often it was taken; whoever writes on an older one is refused.
        contents: its lines (`replying.Line`), as `replying.stored` keeps them.
        submitted_at, late: when it came first, and whether the round was over by then.
        why: why the secretariat returned it.
    """

    if TYPE_CHECKING:
        round_id: uuid.UUID
        member_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="replies")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=choices(ReplyState), default=ReplyState.INVITED.value)
    revision = models.PositiveIntegerField(default=0)
    contents = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    why = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reply_state", condition=among("state", ReplyState)),
            models.UniqueConstraint(name="reply_once", fields=["round", "member"]),
        ]

    def __str__(self) -> str:
        return f"reply of {self.member_id} to {self.round_id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("reply", self.id)


class Declared(models.Model):
    """A number that a member declares, or why there is none. What is not of a published reply is a draft.

    Attributes:
        indicator: code of a definition.
        period: as `indicators.periods.read` reads it: 2026, 2026-Q3 or 2026-07.
    """

    id = models.BigAutoField(primary_key=True)
    reply = models.ForeignKey(RoundReply, on_delete=models.CASCADE, related_name="declared")
    indicator = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    value = models.FloatField(null=True)
    why = models.CharField(max_length=300, default="")
    source = models.CharField(max_length=300, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="declared_once", fields=["reply", "indicator", "period"]),
            models.CheckConstraint(
                name="declared_or_why_not",
                condition=Q(value__isnull=False, why="") | (Q(value__isnull=True) & ~Q(why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"
