"""Schemes and legal grounds as dated data, assessments, and legal reviews."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned, Person
from vaern.node.reports.models.report import Item, Report

ACTIONS = ("detect", "report", "forward", "notify", "hold", "block")
"""What a legal ground can allow: to look for material, to take a report, to hand it on, to notify a host, to block."""


class Scheme(models.Model):
    """One version of a classification scheme. Immutable once used: a new version is a new row.

    Attributes:
        code, version: `interpol-baseline` `1`; unique together.
        name: `{"en", "da"}`.
        country: code of the member whose law it follows; "" for everywhere.
        values: its classes in order: `{"code", "label": {"en", "da"}, "actionable"}`.
        questions: the facts that it asks for, apart from the legal conclusion: `{"code", "label", "kind", "choices"}`.
        source, read_on: where it stands, and the day on which somebody read it there; None: it is recalled.
        retired_at: since when it is no longer in the register of law (`law.register`): no new assessments use it, and
            earlier ones stay.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "code",
            "version",
            "name",
            "authority",
            "country",
            "values",
            "questions",
            "source",
        )
    )

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    name = models.JSONField()
    authority = models.CharField(max_length=200, default="")
    country = models.CharField(max_length=2, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    values = models.JSONField()
    questions = models.JSONField(default=list)
    source = models.CharField(max_length=500, default="")
    read_on = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="scheme_version", fields=["code", "version"]),
            models.CheckConstraint(name="scheme_ends_after_start", condition=Q(valid_to__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class LegalGround(models.Model):
    """A provision that allows an action, such as detecting or notifying, and when it is in force in a country.

    Only rows that count are here; those recalled from memory or not yet verified are in the register of law only.

    Attributes:
        action: one of `ACTIONS`: what it allows.
        kinds: of organisations that it speaks of (`organisations.rules.OrganisationKind`); all where it names none.
        country: code of the member where it holds; "" for everywhere. No key: grounds are there before members are.
        name: `{"en", "da"}`.
        valid_from, valid_to: the first and the last day in force.
        source, read_on: where it stands, and the day on which somebody read it there; None: it was recalled, and then
            verified.
        retired_at: since when it is no longer in the register of law (`law.register`): no new act rests on it, and
            earlier ones keep their record.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "code",
            "action",
            "country",
            "kinds",
            "name",
            "source",
        )
    )

    code = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="")
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    name = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=500, default="")
    read_on = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="legal_ground", fields=["code", "action", "country", "valid_from"]),
            models.CheckConstraint(name="legal_ground_action", condition=Q(action__in=ACTIONS)),
            models.CheckConstraint(name="legal_ground_ends_after_start", condition=Q(valid_to__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return self.code


class Assessment(Owned):
    """What one person concluded about a report, or one of its items. Immutable: a later one follows.

    Attributes:
        round: number of the round of views; reopening a report begins the next.
        final: this row completes the person's view: they have assessed every item.
        place: first, second (independent: made without sight of the first) or third (settles a dispute).
        baseline: the INTERPOL baseline: yes or no; asked first.
        scheme, value: the national class, and from which scheme and version; "" where the baseline ended it.
        facts: answers to the scheme's questions; apart from the conclusion.
        actionable: the legal conclusion: an offence here, so that something has to be done.
        doubtful, asked: they doubted; they asked for a second view.
        extent: how much the person viewed for it (`rules.exposure.Extent`, or `SOME`): the evidence for a viewed flag.
        basis: the basis (`rules.assessments.Basis`): that they looked, a viewing station, a list, an earlier
            conclusion, a text.
        rests_on: of a list `{"list", "release", "class"}`, of an earlier conclusion `{"report", "at"}`, of a station
            `{"station", "licence", "package", "looked", "at"}`, each once; else empty.
        undone_at: when the person retracted it, before it had any effect; it no longer counts.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"facts": (Whom.CHILD,)},
        plain=(
            "place",
            "value",
            "extent",
            "basis",
            "rests_on",
        ),
    )

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="assessments")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="assessments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    place = models.CharField(max_length=6)
    final = models.BooleanField(default=False)
    baseline = models.BooleanField(null=True)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.CharField(max_length=40, default="")
    facts = models.JSONField(default=dict)
    actionable = models.BooleanField()
    extent = models.CharField(max_length=10, default="nothing")
    doubtful = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    basis = models.CharField(max_length=7, default="text")
    rests_on = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_place", condition=Q(place__in=["first", "second", "third"])),
            models.CheckConstraint(
                name="assessment_basis", condition=Q(basis__in=["looked", "station", "list", "earlier", "text"])
            ),
            models.CheckConstraint(
                name="assessment_looked_or_not",
                condition=Q(basis="looked", extent__in=["part", "whole", "some"])
                | (~Q(basis="looked") & Q(extent="nothing")),
            ),
            models.UniqueConstraint(
                name="assessment_one_a_place",
                fields=["report", "round", "place"],
                condition=Q(final=True, undone_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="assessment_one_a_person",
                fields=["report", "round", "person"],
                condition=Q(final=True, undone_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report", "id"]),
            models.Index(
                name="assessment_at", fields=["organisation", "at"], condition=Q(final=True, undone_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} assessment"


class LegalReview(Owned):
    """An action that was stopped because its ground was not in force, and the decision on it.

    Attributes:
        action: one of `ACTIONS`.
        on: the day on which the ground would have had to be in force.
        explained: what was in force when; code of the ground that the sender named, if any, in `ground`.
        before: the state from which the report was stopped, and to which it returns.
        stopped_by: None for the node.
        words: why it may go on, or ends here: sealed (purpose `law`).
        cleared: True once a person let it continue; False once they ended it; None while pending.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"words": (Whom.SUSPECT,)},
        plain=(
            "action",
            "ground",
            "before",
            "explained",
        ),
    )

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="legal_reviews")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=20)
    ground = models.CharField(max_length=40, default="")
    on = models.DateField()
    before = models.CharField(max_length=20)
    explained = models.TextField()
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    cleared = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = SealedField("law", default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="legal_review_action", condition=Q(action__in=ACTIONS)),
            models.UniqueConstraint(
                name="legal_review_one_at_a_time", fields=["report"], condition=Q(cleared__isnull=True)
            ),
            models.CheckConstraint(
                name="legal_review_decided",
                condition=Q(cleared__isnull=True) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "id"])]

    def __str__(self) -> str:
        return f"legal review of {self.action}"
