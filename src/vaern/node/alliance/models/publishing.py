"""Public releases: what was told, and the numbers under it, for ever; and previews, which nobody was told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.ledger.rules import Subject
from vaern.node.ledger.triggers import Unconditional
from vaern.node.organisations.models import Person

WHAT_WAS_TOLD_STAYS = Unconditional(
    name="what_was_told_stays",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="""
    RAISE EXCEPTION 'what was told to the public stays: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
""",
)
"""A release is never changed and never removed: what comes later has to be held against all that was told."""


class PublicRelease(models.Model):
    """One release. Append-only.

    Attributes:
        number: from 1, without a gap; part of its address.
        content: what it tells (`rules.figures`).
        basis: the numbers under it, small ones too (`publishing.sources`); never given out.
        corrects: the release that it takes the place of; that one stays, and says so.
        explanation: why it was released; of a correction, what was wrong. Everybody reads it.
        explanation_da: the same in Danish; "" where nobody wrote it, and Danish pages show the English.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "content",
            "basis",
            "explanation",
            "explanation_da",
        ),
        because="it was published; who released it is an id, whose row is emptied with the account",
    )

    if TYPE_CHECKING:
        corrects_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    basis = models.JSONField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    explanation = models.TextField(default="")
    explanation_da = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="public_release_correction_explained", condition=Q(corrects__isnull=True) | ~Q(explanation="")
            ),
            models.CheckConstraint(
                name="public_release_corrects_another", condition=Q(corrects__isnull=True) | ~Q(corrects=F("id"))
            ),
        ]
        triggers: ClassVar = [WHAT_WAS_TOLD_STAYS]

    def __str__(self) -> str:
        return f"release {self.number}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("public_release", self.id)


class ReleasePreview(models.Model):
    """What a release would tell, as it was computed. Only the secretariat sees it; it is gone once it is released.

    Attributes:
        first, last, depth: what it covers (`rules.releases.Scope`).
        corrects: the release that it would take the place of.
        done: how far the computing is, from 0 to 1.
        ready_at: when everything below was there; None while it is computed.
        problem: why it ended with nothing to see: the numbers changed meanwhile, or the computing failed.
        content, basis: as of `PublicRelease`.
        left_out: the cells that are left out, each as code, row, period (`rules.periods`) and why.
        digest: of all that it was made of (`publishing.contents.digest`).
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        plain=(
            "depth",
            "content",
            "basis",
            "left_out",
            "digest",
        ),
    )

    if TYPE_CHECKING:
        corrects_id: uuid.UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()
    depth = models.CharField(max_length=10)
    corrects = models.ForeignKey(PublicRelease, on_delete=models.CASCADE, null=True, related_name="+")
    done = models.FloatField(default=0.0)
    ready_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=8, default="", choices=[("changed", "changed"), ("failed", "failed")])
    content = models.JSONField(null=True)
    basis = models.JSONField(null=True)
    left_out = models.JSONField(default=list)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="release_preview_ready_has_content",
                condition=Q(ready_at=None)
                | ~Q(problem="")
                | (Q(content__isnull=False) & Q(basis__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"preview of {self.first}-{self.last}"
