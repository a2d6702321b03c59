"""The identifiers of a case: sealed, and found again by keyed digests of what they are in one form."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.cases.models.people import Party
from vaern.node.crosscheck.rules.identifiers import Kind
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.reports.models import Report


class Held(Owned):
    """One identifier in one case.

    Attributes:
        sealed: the `crosscheck.rules.identifiers.Identifier` as JSON, sealed.
        digest: a keyed digest of that JSON: nothing stands in a case twice.
        missing: what an address lacks (`crosscheck.rules.identifiers.MISSING`).
        report: the report that it was taken from; None if somebody wrote it down.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD, {"sealed": (Whom.SUSPECT,), "digest": (Whom.SUSPECT,)}, plain=("missing",)
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=choices(Kind))
    sealed = SealedField("case")
    digest = models.BinaryField(max_length=32)
    missing = ArrayField(models.CharField(max_length=10), default=list)
    party = models.ForeignKey(Party, on_delete=models.SET_NULL, null=True, related_name="identifiers")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="held_once", fields=["case", "digest"]),
            models.CheckConstraint(name="held_kind", condition=among("kind", Kind)),
        ]

    def __str__(self) -> str:
        return self.kind
