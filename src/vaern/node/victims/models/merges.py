"""What people decide about series: proposals, merges that can be undone, and *these two are not one*."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.organisations.models import Organisation, Owned, Person
from vaern.node.victims.models.series import Member, Series

ANSWERS = ("", "merged", "refused", "void")
"""Of a proposal: open, followed, refused by a person, or overtaken (one of both is gone or was absorbed)."""


class MergeProposal(Owned):
    """A proposed merge: a link joins the two series, but only a person may merge them.

    Attributes:
        one, other: the older first (`one.created_at`, then id).
        member, met: the members that the link joins; rule and distance: which link.
        answer: one of `ANSWERS`.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "rule",
            "answer",
        ),
    )

    if TYPE_CHECKING:
        one_id: uuid.UUID
        other_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    one = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="proposals")
    other = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="proposals_of_younger")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    met = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    rule = models.CharField(max_length=20)
    distance = models.PositiveSmallIntegerField(null=True)
    raised_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="proposal_once", fields=["one", "other"], condition=Q(answer="")),
            models.CheckConstraint(name="proposal_of_two", condition=~Q(one=F("other"))),
            models.CheckConstraint(name="proposal_answer", condition=Q(answer__in=ANSWERS)),
            models.CheckConstraint(name="proposal_answered_at", condition=Q(answer="") | Q(answered_at__isnull=False)),
        ]
        indexes: ClassVar = [
            models.Index(name="proposal_open", fields=["organisation", "-raised_at", "id"], condition=Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"proposal {self.id}"


class Merge(Owned):
    """One series took over another's members; undoing it puts them back.

    Attributes:
        kept, absorbed: the series.
        moved: ids of the members that were moved, so that undoing restores exactly who was where.
        lives: what was known of the child: of `kept` before and after, so that undoing can tell whether anybody has
            changed it since.
        rule, distance, member, met: the link that was the reason; `by_hand` where a person saw one.
        merged_by, undone_by: a person; None: the node.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"lives": (Whom.CHILD,)},
        plain=(
            "rule",
            "moved",
        ),
    )

    if TYPE_CHECKING:
        kept_id: uuid.UUID
        absorbed_id: uuid.UUID
        member_id: int | None
        merged_by_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kept = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="merged")
    proposal = models.ForeignKey(MergeProposal, on_delete=models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    met = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    rule = models.CharField(max_length=20)
    distance = models.PositiveSmallIntegerField(null=True)
    moved = ArrayField(models.BigIntegerField(), default=list)
    lives = models.JSONField(default=dict)
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="merge_absorbs_once", fields=["absorbed"], condition=Q(undone_at=None)),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("absorbed"))),
        ]

    def __str__(self) -> str:
        return f"merge {self.id}"


class Separation(Owned):
    """A person's decision that two series are not one: while it stands, no link merges them.

    Attributes:
        one, other: as in a proposal.
        lifted_at, lifted_by: a person took it back.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    if TYPE_CHECKING:
        one_id: uuid.UUID
        other_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    one = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="separations")
    other = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="separations_of_younger")
    separated_at = models.DateTimeField(default=timezone.now)
    separated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="separation_once", fields=["one", "other"], condition=Q(lifted_at=None)),
            models.CheckConstraint(name="separation_of_two", condition=~Q(one=F("other"))),
        ]

    def __str__(self) -> str:
        return f"separation {self.id}"
