"""Requests of other countries that a central authority received, and the documents in which they came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.assistance import AssistanceRequest
from vaern.node.cases.rules.incoming import CLOSED, State
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.models import Casework
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

if TYPE_CHECKING:
    import uuid

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""When something is due of which nothing is: the last in every order."""


class IncomingRequest(Casework):
    """One request of another country. It belongs to the authority that was asked; a desk sees it by a release.

    Attributes:
        sender: the authority that asked, of this node or of another; None where it was typed from a letter.
        outgoing: its own request, on this node; None where that was erased, or there is none.
        about: the id of its request on another node, by which all messages name it; None otherwise.
        said: what that node said of the law (`law`), of its form (`names`) and of when it expects an answer
            (`expected`): shown as said, and nowhere applied.
        requesting, requested: countries: of who asks, and our own.
        pinned: treaty, instrument, form and rows of both countries on the day on which it came.
        sealed: what it says, by field of the instrument's form, as JSON.
        asked_by: the authority that asks and its reference, as JSON; sealed.
        confidential: the requesting authority wants it kept from the person concerned.
        deadline: the last day that the requesting authority named. limitation: when prosecution there is barred.
        desk: who executes; None while the authority has it.
        handled_by: who at the authority did something to it last.
        executed_by: who executed; somebody else answers.
        partial: not all that was asked for was handed over.
        ground: why it was refused or postponed, a code of the table.
        extended: duties of whose delay notice was given. pauses: when something was missing, or it was postponed.
        due, due_at: which duty is due first, and when, by `terms.next_due`; written with every change.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"sealed": (Whom.SUSPECT,), "asked_by": (Whom.CONTACT,)},
        plain=(
            "code",
            "instrument",
            "requesting",
            "requested",
            "pinned",
            "said",
            "language",
            "ground",
            "extended",
            "pauses",
            "due",
        ),
    )

    KIND: ClassVar[str] = "incoming_request"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member", "sender", "desk", "executed_by")

    if TYPE_CHECKING:
        sender_id: uuid.UUID | None
        outgoing_id: uuid.UUID | None
        desk_id: uuid.UUID | None
        executed_by_id: uuid.UUID | None

    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=choices(State), default=State.RECEIVED.value)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    outgoing = models.OneToOneField(AssistanceRequest, on_delete=models.SET_NULL, null=True, related_name="incoming")
    about = models.UUIDField(null=True, unique=True)
    said = models.JSONField(default=dict)
    instrument = models.CharField(max_length=20)
    requesting = models.CharField(max_length=2)
    requested = models.CharField(max_length=2)
    data = models.CharField(max_length=20, choices=choices(DataKind))
    urgent = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    pinned = models.JSONField()
    sealed = SealedField("assistance", default=b"")
    asked_by = SealedField("assistance", default=b"")
    language = models.CharField(max_length=40, default="")
    received_at = models.DateTimeField()
    deadline = models.DateField(null=True)
    limitation = models.DateField(null=True)
    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    handled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    executed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    partial = models.BooleanField(default=False)
    ground = models.CharField(max_length=40, default="")
    postponed_until = models.DateField(null=True)
    extended = models.JSONField(default=list)
    pauses = models.JSONField(default=list)
    due = models.CharField(max_length=20, default="")
    due_at = models.DateTimeField(default=NEVER)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="incoming_state", condition=among("state", State)),
            models.CheckConstraint(name="incoming_data", condition=among("data", DataKind)),
            models.CheckConstraint(name="incoming_of_another", condition=~Q(requesting=F("requested"))),
            models.CheckConstraint(
                name="incoming_not_to_oneself", condition=Q(sender=None) | ~Q(sender=F("organisation"))
            ),
            models.CheckConstraint(
                name="incoming_has_a_sender", condition=Q(outgoing=None, about=None) | Q(sender__isnull=False)
            ),
            models.CheckConstraint(
                name="incoming_at_a_desk", condition=~Q(state=State.WITH_DESK.value) | Q(desk__isnull=False)
            ),
            models.CheckConstraint(
                name="incoming_says_why",
                condition=~Q(state__in=[State.REFUSED.value, State.POSTPONED.value]) | ~Q(ground=""),
            ),
            models.CheckConstraint(
                name="incoming_executed_has_a_day",
                condition=~Q(state__in=[State.EXECUTED.value, State.ANSWERED.value]) | Q(executed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incoming_answered_has_a_day",
                condition=Q(state=State.ANSWERED.value, answered_at__isnull=False)
                | (~Q(state=State.ANSWERED.value) & Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="incoming_closed_owes_nothing",
                condition=~Q(state__in=sorted(one.value for one in CLOSED)) | Q(due=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-urgent", "due_at", "id"]),
            models.Index(fields=["desk", "state"]),
            models.Index(fields=["organisation", "review_date"]),
        ]

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: it is under way."""
        return State(self.state) not in CLOSED

    def __str__(self) -> str:
        return self.code


class IncomingDocument(Owned):
    """A document in which a request came, sealed; it goes with its request, and nobody searches in it.

    Attributes:
        number: of the request's documents, from 1.
        content_type, size, digest: of the document: bytes, and SHA-256, by which the very same one is recognised.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"sealed": (Whom.SUSPECT,)},
        plain=(
            "content_type",
            "digest",
        ),
    )

    request = models.ForeignKey(IncomingRequest, on_delete=models.CASCADE, related_name="documents")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    sealed = SealedField("incoming document")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="incoming_document_number", fields=["request", "number"]),
            models.UniqueConstraint(name="incoming_document_once", fields=["request", "digest"]),
        ]

    def __str__(self) -> str:
        return f"document {self.number}"
