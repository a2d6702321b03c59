"""Whom a case is about, as references: the register of the police knows who they are, this node does not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.cases.rules.people import Category
from vaern.node.organisations.models import Owned, Person, among, choices


class Party(Owned):
    """Somebody whom a case is about.

    Attributes:
        number: in the case, from 1; people call them P1, P2.
        category: LED article 6; it decides who sees the reference, and how long it is kept.
        sealed: the reference in the organisation's own register, sealed; never a name (`rules.people.problem_with`).
        digest: a keyed digest of it, so that nobody stands in a case twice.
        kept_until: the day on which the reference is erased; never after the case's own.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "digest": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
        },
    )

    if TYPE_CHECKING:
        case_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    number = models.PositiveIntegerField()
    category = models.CharField(max_length=12, choices=choices(Category))
    sealed = SealedField("case")
    digest = models.BinaryField(max_length=32)
    kept_until = models.DateField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="party_number", fields=["case", "number"]),
            models.UniqueConstraint(name="party_once", fields=["case", "digest"]),
            models.CheckConstraint(name="party_category", condition=among("category", Category)),
        ]
        indexes: ClassVar = [models.Index(fields=["kept_until"])]

    def __str__(self) -> str:
        return f"P{self.number}"
