"""The question *known?* to other nodes: who asked, and what each has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned, Person

if TYPE_CHECKING:
    import uuid

SEALED = "known question"
"""The purpose under which the hashes that were asked about are sealed (`base.sealing`)."""


class Question(Owned):
    """A question to other nodes whether hashes are known there; erased a day later, with its answers.

    Attributes:
        sealed: the hashes, as `bodies.KnownAsked` has them; sealed.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"sealed": (Whom.CHILD,)})

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, editable=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    sealed = SealedField(SEALED)

    class Meta:
        indexes: ClassVar = [models.Index(name="question_asked", fields=["asked_at"])]

    def __str__(self) -> str:
        return f"question {self.pk}"


class NodeAnswer(models.Model):
    """What one node has answered.

    Attributes:
        id: what the messages of both sides are about.
        node: its name; asked: the organisation there to which the question was addressed.
        answered_at: when its answer was taken in; None while it is awaited.
        said: one entry for each hash, as `bodies.KnownSaid` has them.
        refused: the code of why it gave no answer; "" if it did not refuse.
    """

    PERSONAL: ClassVar = Personal(plain=("node", "said", "refused"))

    id = models.UUIDField(primary_key=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    node = models.CharField(max_length=253)
    asked = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    said = models.JSONField(default=list)
    refused = models.CharField(max_length=400, default="")

    def __str__(self) -> str:
        return f"answer of {self.node}"
