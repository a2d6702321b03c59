"""Ministerial meetings. Triggers keep what was approved: the minutes, and the tables that they are made of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.alliance.models.commitments import Commitment
from vaern.node.alliance.models.triggers import AS_APPROVED, EFFECT_OF_APPROVED, KEPT, PART_OF_APPROVED
from vaern.node.alliance.rules.meetings import LONGEST_NAME, Effect, How, State
from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Member, Person, among, choices


class MinisterialMeeting(models.Model):
    """One meeting of ministers.

    Attributes:
        name: by language.
        host: the member in whose country it is; None for another place.
        last_decision: the number that the last decision got; none is given twice, though one is removed.
        version: of the minutes that were approved last; 0 before the first.
        correcting: why the approved minutes are being corrected, while they are.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "name",
            "place",
            "correcting",
        )
    )

    KIND: ClassVar[str] = "ministerial_meeting"

    if TYPE_CHECKING:
        host_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.JSONField()
    place = models.CharField(max_length=LONGEST_NAME)
    host = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=20, choices=choices(State), default=State.PLANNED.value)
    last_decision = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    correcting = models.TextField(default="")
    synthetic = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="ministerial_meeting_state", condition=among("state", State)),
            models.CheckConstraint(name="ministerial_meeting_days", condition=Q(first_day__lte=F("last_day"))),
        ]
        indexes: ClassVar = [models.Index(fields=["-first_day", "id"])]
        triggers: ClassVar = [AS_APPROVED]

    def __str__(self) -> str:
        return str(self.name.get("en", self.pk))

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject(self.KIND, self.id)


class AgendaItem(models.Model):
    """One item of the agenda.

    Attributes:
        topic: code of one of the topics that an agenda begins with (`rules.meetings.TOPICS`); "" for another.
        title, discussion: by language; the discussion as the minutes tell it.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "topic",
            "title",
            "discussion",
        )
    )

    if TYPE_CHECKING:
        meeting_id: uuid.UUID

    meeting = models.ForeignKey(MinisterialMeeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=20, default="")
    title = models.JSONField()
    discussion = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="agenda_item_number", fields=["meeting", "number"], deferrable=models.Deferrable.DEFERRED
            )
        ]
        triggers: ClassVar = [PART_OF_APPROVED]

    def __str__(self) -> str:
        return f"{self.number}. {self.title.get('en', '')}"


class MeetingPaper(models.Model):
    """A paper before the meeting. A file stays where it lies: the node has its address and its digest.

    Attributes:
        reference: of the document, as its author numbers it.
        sha256: of the file, in hexadecimal; "" where there is none.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "reference",
            "title",
            "text",
            "url",
            "sha256",
        )
    )

    if TYPE_CHECKING:
        meeting_id: uuid.UUID
        item_id: int | None

    meeting = models.ForeignKey(MinisterialMeeting, on_delete=models.CASCADE, related_name="papers")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, related_name="papers")
    reference = models.CharField(max_length=80)
    title = models.CharField(max_length=LONGEST_NAME)
    text = models.TextField(default="")
    url = models.URLField(max_length=500, default="")
    sha256 = models.CharField(max_length=64, default="")

    class Meta:
        ordering: ClassVar = ["reference"]
        constraints: ClassVar = [models.UniqueConstraint(name="meeting_paper_once", fields=["meeting", "reference"])]
        triggers: ClassVar = [PART_OF_APPROVED]

    def __str__(self) -> str:
        return self.reference


class Attendance(models.Model):
    """That an office attended, sent somebody, or was excused.

    Attributes:
        member: whose office; None for one of another body.
        body: the other body, such as a commission of a union.
        office: minister of justice …
        name: of the person, free; "" where the office says enough.
        represented_by: the office of the person who came instead.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"office": (Whom.OFFICE,), "name": (Whom.OFFICE,), "represented_by": (Whom.OFFICE,)},
        plain=("body",),
        because="the minutes of ministers are public",
    )

    if TYPE_CHECKING:
        meeting_id: uuid.UUID
        member_id: uuid.UUID | None

    meeting = models.ForeignKey(MinisterialMeeting, on_delete=models.CASCADE, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.CharField(max_length=LONGEST_NAME, default="")
    office = models.CharField(max_length=LONGEST_NAME)
    name = models.CharField(max_length=LONGEST_NAME, default="")
    how = models.CharField(max_length=12, choices=choices(How))
    represented_by = models.CharField(max_length=LONGEST_NAME, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="attendance_how", condition=among("how", How)),
            models.CheckConstraint(
                name="attendance_of_one", condition=Q(member__isnull=False, body="") | Q(member=None) & ~Q(body="")
            ),
            models.CheckConstraint(
                name="attendance_by_whom",
                condition=Q(how=How.REPRESENTED.value) & ~Q(represented_by="")
                | ~Q(how=How.REPRESENTED.value) & Q(represented_by=""),
            ),
            models.UniqueConstraint(
                name="attendance_once", fields=["meeting", "member", "body", "office"], nulls_distinct=False
            ),
        ]
        triggers: ClassVar = [PART_OF_APPROVED]

    def __str__(self) -> str:
        return f"{self.office}: {self.how}"


class Decision(models.Model):
    """What the ministers decided."""

    PERSONAL: ClassVar = Personal(plain=("text",))

    if TYPE_CHECKING:
        meeting_id: uuid.UUID
        item_id: int | None

    meeting = models.ForeignKey(MinisterialMeeting, on_delete=models.CASCADE, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.JSONField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(name="decision_number", fields=["meeting", "number"])]
        triggers: ClassVar = [PART_OF_APPROVED]

    def __str__(self) -> str:
        return f"decision {self.number}"


class DecisionEffect(models.Model):
    """That a decision makes or changes a commitment."""

    if TYPE_CHECKING:
        commitment_id: uuid.UUID

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="effects")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="decided")
    effect = models.CharField(max_length=8, choices=choices(Effect))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_effect", condition=among("effect", Effect)),
            models.UniqueConstraint(name="decision_effect_once", fields=["decision", "commitment"]),
        ]
        triggers: ClassVar = [EFFECT_OF_APPROVED]

    def __str__(self) -> str:
        return f"{self.effect} {self.commitment_id}"


class Minutes(models.Model):
    """Minutes as they were approved: never changed, never removed. A correction is the next version.

    Attributes:
        content: `rules.minutes.Content` as JSON.
        why: of a correction.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT, {"content": (Whom.OFFICE,)}, plain=("why",), because="the minutes of ministers are public"
    )

    if TYPE_CHECKING:
        meeting_id: uuid.UUID

    meeting = models.ForeignKey(MinisterialMeeting, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    why = models.TextField(default="")
    approved_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [models.UniqueConstraint(name="minutes_version", fields=["meeting", "version"])]
        triggers: ClassVar = [KEPT]

    def __str__(self) -> str:
        return f"minutes {self.version} of {self.meeting_id}"
