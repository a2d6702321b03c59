"""Public appeals: an object in words, two approvals by two people, and an end date. No column holds a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.reports.models import Report
from vaern.node.victims.models.clues import Clue
from vaern.node.victims.models.series import Series
from vaern.node.victims.rules.appeals import AppealState

if TYPE_CHECKING:
    import uuid

SEALED = "appeal"
"""The purpose under which an appeal's texts are sealed (`base.sealing`)."""


class Appeal(Owned):
    """An object that the public is asked about.

    Attributes:
        code: under which it stands in public, and which a tip carries: says nothing of the series.
        sealed_da, sealed_en: title and description as JSON, sealed: they are public only while it is published.
        legal_by, safeguarding_by: two different people, neither of them the author: may it be asked, and can it harm?
        ends_on: the day on which it ends by itself.
        tips: how many came.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD, {"sealed_da": (Whom.CHILD,), "sealed_en": (Whom.CHILD,)}, plain=("code",)
    )

    if TYPE_CHECKING:
        series_id: uuid.UUID
        organisation_id: uuid.UUID
        author_id: uuid.UUID
        legal_by_id: uuid.UUID | None
        safeguarding_by_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="appeals")
    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=choices(AppealState), default=AppealState.DRAFT.value)
    clues = models.ManyToManyField(Clue, related_name="appeals")
    sealed_da = SealedField(SEALED)
    sealed_en = SealedField(SEALED)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    legal_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    legal_at = models.DateTimeField(null=True)
    safeguarding_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    safeguarding_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    tips = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="appeal_state", condition=among("state", AppealState)),
            models.CheckConstraint(
                name="appeal_published_by_two_others",
                condition=~Q(state=AppealState.PUBLISHED.value)
                | (
                    Q(legal_by__isnull=False, safeguarding_by__isnull=False, published_at__isnull=False)
                    & ~Q(legal_by=F("author"))
                    & ~Q(safeguarding_by=F("author"))
                    & ~Q(legal_by=F("safeguarding_by"))
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="appeal_public", fields=["-published_at"], condition=Q(state=AppealState.PUBLISHED.value)
            ),
            models.Index(name="appeal_of_organisation", fields=["organisation", "-made_at", "id"]),
        ]

    def __str__(self) -> str:
        return self.code


class Tip(Owned):
    """That a report came in answer to an appeal. The report is the desk's; the link leads from the series to it."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="tips_received")
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="+")
    came_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"tip {self.pk}"
