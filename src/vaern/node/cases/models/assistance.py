"""Requests for legal assistance, the data that they are about, and the clocks behind which these are lost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.cases.rules.assistance import OPEN, State, Translation
from vaern.node.cases.rules.clocks import Alarm, Origin, Settled
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.models import Casework
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

SEALED = "assistance"
"""The purpose under which what people write of a request or of held data is sealed (`base.sealing`)."""


class HeldData(Owned):
    """Data that a provider holds and that a case needs: what is lost if nobody asks in time.

    Attributes:
        case: which needs them; or incoming: the request of another country for which they are kept. Never both.
        label: what people call them, in a few words; never an address or a name. The rest is sealed.
        sealed: account or identifier, and the provider, as JSON.
        holder: code of the country whose law reaches the provider.
        watched_by: whom alarms are mailed to; the case's lead if None.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"sealed": (Whom.SUSPECT,)},
        plain=(
            "label",
            "holder",
        ),
    )

    if TYPE_CHECKING:
        organisation_id: uuid.UUID
        case_id: uuid.UUID | None
        incoming_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="held_data")
    incoming = models.ForeignKey("IncomingRequest", on_delete=models.CASCADE, null=True, related_name="kept")
    label = models.CharField(max_length=80)
    sealed = SealedField(SEALED, default=b"")
    holder = models.CharField(max_length=2)
    data = models.CharField(max_length=20, choices=choices(DataKind))
    cybertip = models.BooleanField(default=False)
    watched_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="held_data_kind", condition=among("data", DataKind)),
            models.CheckConstraint(
                name="held_data_for_one",
                condition=Q(case__isnull=False, incoming=None) | Q(case=None, incoming__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def needed_for(self) -> Casework:
        """The case that needs them, or the request of another country for which they are kept."""
        found: Casework | None = self.case or self.incoming
        assert found is not None  # a constraint
        return found

    @property
    def watcher(self) -> Person | None:
        """Whom alarms go to."""
        return self.watched_by or (self.case.lead if self.case else None)


class AssistanceRequest(Casework):
    """One request under one instrument. It belongs to the desk; a central authority sees it by a release.

    Attributes:
        case: on whose behalf; the authority sees the request, never the case.
        authority: the organisation that sends; None while nobody was asked to.
        pinned: treaty, instrument, form and rows of both countries as they were when it was drafted, or sent.
        sealed: what was filled in, by field, as JSON.
        sent_to: the authority of another node that it was sent to; None for one of this node, or another channel.
        sent_at, expected_at: when it left, and when an answer may be expected.
        promised_at: when the authority of another node says that it will have answered, by its own law.
        answered_at: when the first answer in substance came: executed, or evidence.
        ended_on: the day on which the law that it rests on ended while it was out; a person decides (`decided`).
        limits: limits on use that the other side set; sealed.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "limits": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
        },
        plain=(
            "code",
            "instrument",
            "requesting",
            "holder",
            "pinned",
            "language",
            "decided",
        ),
    )

    KIND: ClassVar[str] = "assistance_request"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member", "authority__member", "sent_to", "held", "case")

    if TYPE_CHECKING:
        authority_id: uuid.UUID | None
        sent_to_id: uuid.UUID | None
        case_id: uuid.UUID
        held_id: uuid.UUID | None

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assistance")
    held = models.ForeignKey(HeldData, on_delete=models.SET_NULL, null=True, related_name="requests")
    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=choices(State), default=State.DRAFT.value)
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    sent_to = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    instrument = models.CharField(max_length=20)
    requesting = models.CharField(max_length=2)
    holder = models.CharField(max_length=2)
    data = models.CharField(max_length=20, choices=choices(DataKind))
    urgent = models.BooleanField(default=False)
    pinned = models.JSONField()
    sealed = SealedField(SEALED, default=b"")
    language = models.CharField(max_length=40, default="")
    translation = models.CharField(max_length=12, choices=choices(Translation), default=Translation.NEEDED.value)
    drafted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    touched_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    decided = models.CharField(max_length=12, default="")
    limits = SealedField(SEALED, default=b"")

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="assistance_state", condition=among("state", State)),
            models.CheckConstraint(name="assistance_translation", condition=among("translation", Translation)),
            models.CheckConstraint(
                name="assistance_at_an_authority",
                condition=Q(state__in=[State.DRAFT.value, State.WITHDRAWN.value]) | Q(authority__isnull=False),
            ),
            models.CheckConstraint(
                name="assistance_sent_has_a_day",
                condition=Q(state__in=[State.DRAFT.value, State.AT_AUTHORITY.value, State.WITHDRAWN.value])
                | Q(sent_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-touched_at", "id"]),
            models.Index(fields=["authority", "state", "-touched_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
        ]

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: it is under way."""
        return State(self.state) in OPEN

    def __str__(self) -> str:
        return self.code


class AssistanceNote(Owned):
    """What happened to a request, or was written to and fro: its correspondence. Never changed.

    Attributes:
        request: one that we sent; or incoming: one that another country sent. Never both.
        event: one of `rules.Event` of that direction; `note` for a letter or a call that changes no state.
        sealed: the words.
        organisation: who wrote it; desk and authority of a request that we sent see all of them.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CONTACT,
            )
        },
        plain=("event",),
    )

    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, null=True, related_name="notes")
    incoming = models.ForeignKey("IncomingRequest", on_delete=models.CASCADE, null=True, related_name="notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    sealed = SealedField(SEALED, default=b"")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assistance_note_of_one_direction",
                condition=Q(request__isnull=False, incoming=None) | Q(request=None, incoming__isnull=False),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["request", "id"]), models.Index(fields=["incoming", "id"])]

    def __str__(self) -> str:
        return self.event


class KeepingClock(Owned):
    """Until when held data are kept, and on what basis. Runs until it is settled or lapses; a lapse is never silent.

    Attributes:
        ends_at: the end by `clocks.end_of`, or as it was typed.
        known_at: since when the node knows of this end.
        prolonged: how often it was prolonged.
        settled: why it stopped in time (`clocks.Settled`); "" while it runs, or where it lapsed.
        secured_by: the clock that keeps the data instead.
        lapsed_at: the end at which it ran out; recorded by `alarms.look`, also by a page, if the worker stood still.
        noted_by: who took note of the lapse.
        request: the request by which a preservation came about.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "basis",
            "settled",
        ),
    )

    held = models.ForeignKey(HeldData, on_delete=models.CASCADE, related_name="clocks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(AssistanceRequest, on_delete=models.SET_NULL, null=True, related_name="clocks")
    origin = models.CharField(max_length=10, choices=choices(Origin))
    basis = models.CharField(max_length=200, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    known_at = models.DateTimeField(default=timezone.now)
    prolonged = models.PositiveSmallIntegerField(default=0)
    settled = models.CharField(max_length=10, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    secured_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="keeping_origin", condition=among("origin", Origin)),
            models.CheckConstraint(name="keeping_ends", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="keeping_settled",
                condition=Q(settled="", settled_at__isnull=True)
                | Q(settled__in=[one.value for one in Settled], settled_at__isnull=False, lapsed_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="keeping_running",
                fields=["organisation", "ends_at", "id"],
                condition=Q(settled_at__isnull=True, lapsed_at__isnull=True),
            ),
            models.Index(fields=["held", "ends_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.origin} until {self.ends_at:%Y-%m-%d}"


class KeepingAlarm(Owned):
    """An alarm that a clock gave, once for each of its ends. Never changed.

    Attributes:
        ends_at: of which end; after a prolongation the alarms begin anew.
        at: when it was recorded.
        mailed: whether somebody was written to.
    """

    clock = models.ForeignKey(KeepingClock, on_delete=models.CASCADE, related_name="alarms")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    alarm = models.CharField(max_length=10, choices=choices(Alarm))
    ends_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    mailed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="keeping_alarm_once", fields=["clock", "ends_at", "alarm"]),
            models.CheckConstraint(name="keeping_alarm", condition=among("alarm", Alarm)),
        ]

    def __str__(self) -> str:
        return f"{self.alarm} of {self.clock_id}"
