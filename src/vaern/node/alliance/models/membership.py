"""Membership of the alliance, and who backs it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from vaern.node.alliance.rules import membership as rules
from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Member, among, choices


class Membership(models.Model):
    """That a country is, or was, a member.

    Attributes:
        endorsed_by, office: who endorsed the principles, and in which office.
        document: the reference of the document in which they did.
        left, left_why: since when it is none any more, and why; None while it is one.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"endorsed_by": (Whom.OFFICE,), "office": (Whom.OFFICE,)},
        plain=(
            "document",
            "left_why",
        ),
        because="who endorsed a membership is public",
    )

    if TYPE_CHECKING:
        member_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships")
    joined = models.DateField()
    endorsed_by = models.CharField(max_length=rules.LONGEST_LINE)
    office = models.CharField(max_length=rules.LONGEST_LINE)
    document = models.CharField(max_length=rules.LONGEST_LINE)
    left = models.DateField(null=True)
    left_why = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="membership_one_now", fields=["member"], condition=Q(left__isnull=True)),
            models.CheckConstraint(
                name="membership_left_after_joining", condition=Q(left__isnull=True) | Q(left__gte=F("joined"))
            ),
            models.CheckConstraint(
                name="membership_left_with_reason",
                condition=Q(left__isnull=True, left_why="") | (Q(left__isnull=False) & ~Q(left_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} since {self.joined}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it: it is about the country."""
        return Subject("member", self.member_id)


class Backing(models.Model):
    """Political backing of a membership: conclusions of a council, a minister's endorsement."""

    PERSONAL: ClassVar = Personal(
        plain=(
            "document",
            "url",
        )
    )

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="backings")
    kind = models.CharField(max_length=24, choices=choices(rules.Backing))
    date = models.DateField()
    document = models.CharField(max_length=rules.LONGEST_LINE)
    url = models.URLField(max_length=500, default="")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="backing_kind", condition=among("kind", rules.Backing))]

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"
