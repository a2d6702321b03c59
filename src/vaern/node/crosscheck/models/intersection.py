"""Private comparisons: the pairs that switched them on, and runs with their numbers. Not a value, a tag or a key."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Scoped, Visible
from vaern.node.crosscheck.rules.disclosures import RefusalGround, RevealState
from vaern.node.crosscheck.rules.intersection import Stage
from vaern.node.organisations.models import Organisation, Person, among, choices

if TYPE_CHECKING:
    from uuid import UUID

_CODE = 16
_KEPT = "who switched it on, asked or agreed is an id, whose row is emptied with the account; the ledger has the same"


class OfEither(Visible):
    """The manager of what two organisations share: each sees the row."""

    def visible_to(self, organisation: UUID) -> Q | Any:
        """Return the condition under which this organisation may see a row."""
        one, other = self.owner.split()
        return Q(**{one: organisation}) | Q(**{other: organisation})


class ComparisonPair(Scoped):
    """Two organisations of which at least one switched the private comparison on. On for both, or for nobody.

    Each node has a row of its own for a pair of which one side lives elsewhere; what it says of that side is what its
    node said.

    Attributes:
        id: the same on every node (`pair_id`).
        one, other: the two; the smaller id first.
        one_since, other_since: since when each has it on; None where it is off.
        one_by, other_by: who switched it on there.
    """

    PERSONAL: ClassVar = Personal(Ends.KEPT, because=_KEPT)

    if TYPE_CHECKING:
        one_id: UUID
        other_id: UUID

    id = models.UUIDField(primary_key=True, editable=False)
    one = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    one_since = models.DateTimeField(null=True)
    other_since = models.DateTimeField(null=True)
    one_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    other_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = OfEither("one other")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_pair_once", fields=["one", "other"]),
            models.CheckConstraint(name="crosscheck_pair_in_order", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"

    @property
    def on(self) -> bool:
        """Whether both have it on."""
        return self.one_since is not None and self.other_since is not None

    def side_of(self, organisation: UUID) -> str:
        """Return the name of the side of an organisation: `one` or `other`."""
        return "one" if self.one_id == organisation else "other"

    def partner_of(self, organisation: UUID) -> Organisation:
        """Return the other organisation."""
        return self.other if self.one_id == organisation else self.one

    @property
    def elsewhere(self) -> Organisation | None:
        """The side that lives on another node, if one does."""
        return next((side for side in (self.one, self.other) if side.node), None)


class ComparisonRun(Scoped):
    """One question of a pair, and its number. What becomes of it, if anything, is the life of a disclosure.

    Attributes:
        asking, asked: the two organisations.
        epoch: whose key was used.
        values, held: how many values were asked about, and how many tags there were.
        count: how many are common; None while it was not counted.
        stage: how far the question is.
        because: why it was not counted: a code, perhaps with a word behind it; "" for nothing.
        question: SHA-256 of what was sent, blinded; the same is not answered twice.
        asked_by, asked_at: who asked, and when.
        state: "" while nobody proposed to say more.
        proposing: the organisation that did.
        proposal: which proposal, as both nodes call it.
        confirmed: both nodes know that both agreed.
        expires_at: until when it waits, at the latest the end of the epoch.
        refusal: why the answer was no, coarse.
    """

    PERSONAL: ClassVar = Personal(Ends.KEPT, plain=("question", "because"), because=_KEPT)

    if TYPE_CHECKING:
        asking_id: UUID
        asked_id: UUID
        proposing_id: UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(ComparisonPair, on_delete=models.PROTECT, related_name="runs")
    asking = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    values = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    count = models.PositiveIntegerField(null=True)
    stage = models.CharField(max_length=_CODE, choices=choices(Stage), default=Stage.COUNTED.value)
    because = models.CharField(max_length=400, default="")
    question = models.BinaryField(max_length=32)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=_CODE, choices=choices(RevealState), default="")
    proposing = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    proposal = models.UUIDField(null=True)
    confirmed = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=_CODE, choices=choices(RefusalGround), default="")

    objects = OfEither("asking asked")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="crosscheck_run_once", fields=["pair", "epoch", "question"]),
            models.CheckConstraint(name="crosscheck_run_of_two", condition=~Q(asking=F("asked"))),
            models.CheckConstraint(
                name="crosscheck_run_count",
                condition=Q(stage=Stage.COUNTED.value, count__isnull=False, count__lte=F("values"))
                | Q(stage__in=[Stage.ASKED.value, Stage.ANSWERED.value, Stage.FAILED.value], count=None),
            ),
            models.CheckConstraint(
                name="crosscheck_run_state", condition=Q(state="", proposing=None) | among("state", RevealState)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["pair", "asked_at"])]

    def __str__(self) -> str:
        return f"run {self.pk}"

    def partner_of(self, organisation: UUID) -> Organisation:
        """Return the other organisation."""
        return self.asked if self.asking_id == organisation else self.asking
