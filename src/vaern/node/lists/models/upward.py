"""What the source of a list was told of its entries: over a connection, or by a file that somebody sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.ledger.rules import Subject
from vaern.node.lists.models.entries import ListEntry
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.entries import ledger_id
from vaern.node.lists.rules.upward import UpState
from vaern.node.organisations.models import Person, among, choices

if TYPE_CHECKING:
    import uuid


class SourceFeedback(Scoped):
    """What a list's source is told of one kind of hash of an entry; a later opinion takes the place of the earlier.

    Attributes:
        ident: the entry's id within its list, which stays when the entry is erased.
        kind: of the hash.
        opinion: positive or negative.
        reasons: the source's own: its id of each, by its words; of a no alone.
        state: how far it is.
        said: why it was not taken, in the source's words.
        failures: how often it could not be sent, one time after another.
        next_at: from when on it is sent; None once it was answered.
        asked_by, asked_at: who decided that it is sent, and when.
        answered_at: when the source took it, or refused it.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"ident": (Whom.CHILD,)}, plain=("kind", "reasons", "said"))

    OPINIONS: ClassVar = [("positive", "positive"), ("negative", "negative")]

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="told", db_index=False)
    ident = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    opinion = models.CharField(max_length=10, choices=OPINIONS)
    reasons = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=choices(UpState), default=UpState.WAITS.value)
    said = models.CharField(max_length=1_000, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = Visible("list__organisation")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="told_once", fields=["list", "ident", "kind"]),
            models.CheckConstraint(name="told_opinion", condition=Q(opinion__in=["positive", "negative"])),
            models.CheckConstraint(name="told_state", condition=among("state", UpState)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["list", "-asked_at", "id"]),
            models.Index(name="told_due", fields=["next_at"], condition=Q(next_at__isnull=False)),
            models.Index(
                name="told_failed", fields=["list"], condition=Q(state=UpState.REFUSED.value) | Q(failures__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion} on {self.ident}"

    @property
    def subject(self) -> Subject:
        """The entry as a subject of the ledger."""
        return Subject(ListEntry.KIND, ledger_id(self.list_id, self.ident), self.list.organisation_id)


class FeedbackFile(Scoped):
    """What an organisation found of the entries of a source that takes no opinions itself, as a file to be sent to it.

    Attributes:
        opinions: how many are in it (`FileOpinion`).
        made_by, made_at: who downloaded it, and when.
        given_by, given_at: who said that the source was given it, and when; None as long as nobody did.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="feedback_files", db_index=False)
    opinions = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)

    objects = Visible("list__organisation")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["list", "-made_at", "-id"])]

    def __str__(self) -> str:
        return f"feedback of {self.made_at:%Y-%m-%d}"


class FileOpinion(Scoped):
    """What a file says of an entry.

    Attributes:
        ident: the entry's id within its list, which stays when the entry is erased.
        opinion: positive or negative.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"ident": (Whom.CHILD,)})

    file = models.ForeignKey(FeedbackFile, on_delete=models.CASCADE, related_name="said", db_index=False)
    ident = models.CharField(max_length=200)
    opinion = models.CharField(max_length=10, choices=SourceFeedback.OPINIONS)

    objects = Visible("file__list__organisation")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="said_once", fields=["file", "ident"]),
            models.CheckConstraint(name="said_opinion", condition=Q(opinion__in=["positive", "negative"])),
        ]

    def __str__(self) -> str:
        return f"{self.opinion} on {self.ident}"
