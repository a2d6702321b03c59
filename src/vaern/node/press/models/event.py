"""Press events: place, times and their zone, deadline of registration, and capacity."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.deadlines import in_time
from vaern.node.press.rules.states import EventState

if TYPE_CHECKING:
    from datetime import datetime


class PressEvent(Owned):
    """An event to which accredited journalists may come.

    Attributes:
        name: in addresses, also in the mail address to which registrations go: letters, digits and dashes.
        zone: IANA name of the place's time zone; all its times are shown in it.
        begins, ends, deadline: moments. The deadline is inclusive to its second (`deadlines.in_time`).
        contact: whom journalists ask.
        capacity: how many may be accepted.
        state: as kept; `now` is what it is, whether or not the clock's job has come to it.
        counts: what remains when the list was destroyed: numbers, of nobody.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"contact": (Whom.STAFF,)},
        plain=(
            "name",
            "title",
            "place",
            "zone",
            "about",
            "counts",
        ),
        because="that there was an event, and its numbers; its contact was made public by its people",
    )

    KIND = "press_event"

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=300)
    zone = models.CharField(max_length=64)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    deadline = models.DateTimeField()
    contact = models.CharField(max_length=300)
    capacity = models.PositiveIntegerField()
    about = models.TextField(max_length=2_000, blank=True)
    state = models.CharField(max_length=20, choices=choices(EventState), default=EventState.PLANNED.value)
    synthetic = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    counts = models.JSONField(default=dict)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="press_event_state", condition=among("state", EventState)),
            models.CheckConstraint(name="press_event_window", condition=Q(begins__lt=F("ends"))),
            models.CheckConstraint(name="press_event_deadline", condition=Q(deadline__lt=F("ends"))),
            models.CheckConstraint(
                name="press_event_destroyed",
                condition=Q(destroyed_at__isnull=False, state=EventState.DESTROYED.value)
                | (Q(destroyed_at__isnull=True) & ~Q(state=EventState.DESTROYED.value)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="press_event_of_organisation", fields=["organisation", "-begins", "id"]),
            models.Index(name="press_event_public", fields=["begins"], condition=Q(state__in=["open", "closed"])),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="press_event_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject(self.KIND, self.pk, self.organisation_id)

    @property
    def now(self) -> EventState:
        """The current state, including steps that are due by the clock."""
        return rules.state_at(EventState(self.state), self.deadline, self.ends, timezone.now())

    def in_time(self, arrived: datetime) -> bool:
        """Whether a registration that arrived at this moment is in time."""
        return in_time(arrived, self.deadline)
