"""From where a list is fetched, and how far that is."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Scoped, Visible
from vaern.node.base.sealing import SealedField
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.sources import LONGEST_AGE, LONGEST_EVERY, WARN_DAYS, Outcome, SourceKind
from vaern.node.organisations.models import Person, among, choices

PURPOSE = "lists.source"
"""The purpose under which the keys of sources are sealed."""


class ListSource(Scoped):
    """A service from which a list is fetched.

    Attributes:
        address: its base address.
        account: the name of the account, or the number of the privacy group; "" where the source has none.
        secret: sealed: its keys as JSON, by name; shown to nobody again.
        root: of a repository of signed releases: the root.json with which trust in it begins; b"" for other sources.
        every: hours between two fetches.
        warn_days, stop_days: so long after it was last fetched whole everybody is warned of the list, and it must not
            be used any more; None for never. Of signed releases their publisher says it (`checkpoint`).
        takes, most: what comes becomes the list without a person, if it is at most so many changes.
        checkpoint: how far it was fetched, as its client says it: it moves with what is taken, and never before.
        ahead: how far what it withdraws was taken, while what it adds waits for a person or was rejected; else None.
        beginning: another one each time that it is fetched from its beginning: what was fetched before moves nothing.
        acknowledged, acknowledgement: the signed release that its publisher may be told is used here, and the file.
        reasons: of the source, for a no: the day on which it gave them, and its id of each by kind of hash and words.
        outcome, why: of the last attempt; what went wrong, in the client's words.
        failures: how often it failed one after another.
        fetched_at: as of when the list is what its source has: then the last fetch began that came and was taken whole.
        next_at: when it is asked again.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=("address", "account", "root", "checkpoint", "ahead", "acknowledgement", "reasons", "why", "secret"),
    )

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.OneToOneField(HashList, on_delete=models.CASCADE, related_name="fetched_from")
    kind = models.CharField(max_length=20, choices=choices(SourceKind))
    address = models.CharField(max_length=300)
    account = models.CharField(max_length=100, default="")
    secret = SealedField(PURPOSE, default=b"")
    root = models.BinaryField(default=b"")
    every = models.PositiveSmallIntegerField(default=24)
    warn_days = models.PositiveSmallIntegerField(null=True, default=WARN_DAYS)
    stop_days = models.PositiveSmallIntegerField(null=True)
    takes = models.BooleanField(default=False)
    most = models.PositiveIntegerField(default=10_000)
    checkpoint = models.JSONField(null=True)
    ahead = models.JSONField(null=True)
    beginning = models.UUIDField(default=uuid.uuid4)
    acknowledged = models.PositiveIntegerField(default=0)
    acknowledgement = models.BinaryField(default=b"")
    reasons = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=choices(Outcome), default=Outcome.NEVER.value)
    why = models.CharField(max_length=1_000, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = Visible("list__organisation")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="source_kind", condition=among("kind", SourceKind)),
            models.CheckConstraint(name="source_outcome", condition=among("outcome", Outcome)),
            models.CheckConstraint(
                name="source_days",
                condition=Q(warn_days__gte=1, warn_days__lte=LONGEST_AGE) | Q(warn_days=None),
            ),
            models.CheckConstraint(
                name="source_stop_days",
                condition=Q(stop_days__gte=1, stop_days__lte=LONGEST_AGE) | Q(stop_days=None),
            ),
            models.CheckConstraint(name="source_every", condition=Q(every__gte=1, every__lte=LONGEST_EVERY)),
        ]
        indexes: ClassVar = [
            models.Index(name="source_due", fields=["next_at"], condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"
