"""How mature countries say that capabilities of the Model National Response are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.alliance.models.triggers import KEPT
from vaern.node.alliance.rules.maturity import LONGEST_LINE, Phase
from vaern.node.base.personal import Ends, Personal
from vaern.node.organisations.models import Member, Person

if TYPE_CHECKING:
    import uuid


class Maturity(models.Model):
    """What a country declared of one capability. Append-only: what is declared later stands beside it.

    Attributes:
        capability: its number in the Model National Response.
        phase: one of four.
        on: the day of the assessment.
        source: what it rests on.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("source",),
        because=(
            "a country’s assessments are compared over years; "
            "who wrote one down is an id, whose row is emptied with the account"
        ),
    )

    if TYPE_CHECKING:
        member_id: uuid.UUID

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    capability = models.PositiveSmallIntegerField()
    phase = models.PositiveSmallIntegerField()
    on = models.DateField()
    source = models.CharField(max_length=LONGEST_LINE)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="maturity_phase", condition=Q(phase__in=[phase.value for phase in Phase])),
            models.CheckConstraint(name="maturity_has_source", condition=~Q(source="")),
        ]
        triggers: ClassVar = [KEPT]

    def __str__(self) -> str:
        return f"{self.member_id}, capability {self.capability}: {self.phase}"
