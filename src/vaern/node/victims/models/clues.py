"""Clues as sealed text with an audience, and the countries they point to, as hypotheses that a person owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Member as Country
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.victims.models.series import Series
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature, Standing

if TYPE_CHECKING:
    import uuid

SEALED = "clue"
"""The purpose under which the words of a clue are sealed (`base.sealing`)."""

_CODE = 20


class Clue(Owned):
    """One observation or assessment about a series, in a few words that name nobody.

    Attributes:
        organisation: whose people wrote it: the series' owner, or a desk that it was disseminated to.
        nature: an observed fact, or what somebody concludes from facts.
        circle: who may know of it; never wider than the release of the series, except what may be made public.
        known_to: ids of organisations, where the circle is `named`.
        countries, against: codes of the countries that it points to, and away from.
        sealed, why_withdrawn: words, sealed.
        written_by: None where it was written on another node, whose people are its own.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"sealed": (Whom.CHILD,), "why_withdrawn": (Whom.CHILD,)},
        plain=(
            "known_to",
            "countries",
            "against",
        ),
    )

    if TYPE_CHECKING:
        series_id: uuid.UUID
        organisation_id: uuid.UUID

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="clues", db_index=False)
    kind = models.CharField(max_length=_CODE, choices=choices(ClueKind))
    nature = models.CharField(max_length=_CODE, choices=choices(Nature))
    confidence = models.CharField(max_length=_CODE, choices=choices(Confidence))
    circle = models.CharField(max_length=_CODE, choices=choices(Circle), default=Circle.OWN.value)
    known_to = ArrayField(models.UUIDField(), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    against = ArrayField(models.CharField(max_length=2), default=list)
    sealed = SealedField(SEALED)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why_withdrawn = SealedField(SEALED, default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="clue_kind", condition=among("kind", ClueKind)),
            models.CheckConstraint(name="clue_nature", condition=among("nature", Nature)),
            models.CheckConstraint(name="clue_confidence", condition=among("confidence", Confidence)),
            models.CheckConstraint(name="clue_circle", condition=among("circle", Circle)),
            models.CheckConstraint(
                name="clue_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True) | (Q(withdrawn_by__isnull=False) & ~Q(why_withdrawn=b"")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="clue_in_series", fields=["series", "written_at", "id"])]

    def __str__(self) -> str:
        return f"clue {self.pk}"


class Hypothesis(Owned):
    """A country in which the child may be: what the clues add up to, and the person who answers for it.

    Attributes:
        owner: who follows it up.
        standing: how far it is; a person sets it, never the points.
        points, lines, weights: what the clues add up to, line by line, and the version of the weights.
        before: the points before the last clue was added or withdrawn.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"lines": (Whom.CHILD,)}, plain=("weights",))

    if TYPE_CHECKING:
        series_id: uuid.UUID
        country_id: uuid.UUID
        owner_id: uuid.UUID | None

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="hypotheses")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    standing = models.CharField(max_length=_CODE, choices=choices(Standing), default=Standing.SUPPOSED.value)
    points = models.SmallIntegerField(default=0)
    before = models.SmallIntegerField(null=True)
    lines = models.JSONField(default=list)
    weights = models.CharField(max_length=20, default="")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="hypothesis_once", fields=["series", "country"]),
            models.CheckConstraint(name="hypothesis_standing", condition=among("standing", Standing)),
        ]

    def __str__(self) -> str:
        return f"hypothesis {self.pk}"
