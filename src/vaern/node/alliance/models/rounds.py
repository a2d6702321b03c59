"""Reporting rounds, the members' replies, what they declare, and the mails that went out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaern.node.alliance.rules.commitments import ReplyState, RoundState
from vaern.node.base.personal import Ends, Personal
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Member, Organisation, Person, among, choices


class Round(models.Model):
    """A reporting round.

    Attributes:
        opens, closes: its first and its last day; the last is within the time.
        reminders: how many days before the close those who have not submitted are reminded.
        period: what values are declared for (`rules.periods.read`).
        frame_version: the version of the declaration that is reported on.
        secretariat: of another node, whose round it is; None for one of ours.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "name",
            "reminders",
            "period",
            "frame_version",
        )
    )

    if TYPE_CHECKING:
        secretariat_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, unique=True)
    opens = models.DateField()
    closes = models.DateField()
    reminders = ArrayField(models.PositiveSmallIntegerField(), default=list)
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=choices(RoundState), default=RoundState.PLANNED.value)
    frame_version = models.CharField(max_length=20)
    secretariat = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

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


class RoundReply(models.Model):
    """The reply of one member to one round.

    Attributes:
        revision: counts how often it was taken in; a write based on an older one is refused.
        contents: its lines (`reply_intake.Line`), as `reply_intake.stored` keeps them.
        submitted_at, late: when it came first, and whether the round was over by then.
        why: why the secretariat returned it.
        sent_to: the ministry on another node that was invited, and whose word the reply is; None otherwise.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "contents",
            "why",
        )
    )

    if TYPE_CHECKING:
        round_id: uuid.UUID
        member_id: uuid.UUID
        sent_to_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="replies")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=choices(ReplyState), default=ReplyState.INVITED.value)
    revision = models.PositiveIntegerField(default=0)
    contents = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    why = models.TextField(default="")
    sent_to = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

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
        period: as `rules.periods.read` reads it: 2026, 2026-Q3 or 2026-07.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "indicator",
            "period",
            "why",
            "source",
        )
    )

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


class RoundMail(models.Model):
    """That somebody was written to. The row and the job that sends the mail are one transaction: no mail is sent twice.

    Attributes:
        occasion: `invitation`, or `before` or `after` the close with the day on which it was due (`clocks.occasion`).
        day: on which it was written.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("occasion",),
        because="nobody is written to twice; to whom is an id, whose row is emptied with the account",
    )

    reply = models.ForeignKey(RoundReply, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=20)
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="round_mail_once", fields=["reply", "person", "occasion"])
        ]

    def __str__(self) -> str:
        return f"{self.occasion} to {self.person_id}"
