"""Commitments and their published versions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.alliance.rules.commitments import State
from vaern.node.base.personal import Ends, Personal, Whom
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


class Commitment(models.Model):
    """One commitment of one member. What it says stands in its versions, and in the draft of the next.

    Attributes:
        goal: code of the operational goal.
        current: the version in force; None until one is published.
        draft: what the ministry is writing (`rules.contents.stored`); None where nothing is being written.
        base: the number of the version that the draft began from; 0 for none.
        revision: counts every change, so that of two who write the second is told.
        why: why the secretariat returned it, or the member withdrew it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"draft": (Whom.OFFICE,)},
        plain=(
            "goal",
            "why",
        ),
        because="a country answers for what it committed itself to, office by office",
    )

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
        content: `rules.contents.stored`; read it with `rules.contents.loaded`.
        round: in whose reply it was published; None outside of one.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"content": (Whom.OFFICE,)},
        because="a country answers for what it committed itself to, office by office",
    )

    if TYPE_CHECKING:
        commitment_id: uuid.UUID
        round_id: uuid.UUID | None

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey("Round", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="version_once", fields=["commitment", "number"])]
        triggers: ClassVar = [VERSIONS_STAY]

    def __str__(self) -> str:
        return f"version {self.number} of {self.commitment_id}"
