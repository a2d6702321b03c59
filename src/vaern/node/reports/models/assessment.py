"""Schemes and legal grounds as dated data, and what people concluded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaern.node.organisations.models import Member, Organisation, Person
from vaern.node.organisations.scoping import Visible
from vaern.node.reports.models.report import Item, Report


class Scheme(models.Model):
    """One version of a classification scheme. Never changed once used: a new version is a new row.

    Attributes:
        code, version: `interpol-baseline` `2016`; unique together.
        values: in their order: `{"code", "label": {"en", "da"}, "actionable"}`.
        questions: the facts that it asks for, apart from the legal conclusion: `{"code", "label", "kind", "choices"}`.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    authority = models.CharField(max_length=200, default="")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    values = models.JSONField()
    questions = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="scheme_version", fields=["code", "version"]),
            models.CheckConstraint(name="scheme_ends_after_start", condition=Q(valid_to__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class LegalGround(models.Model):
    """A provision on which something is detected, forwarded or notified, and when it is in force in a country.

    Attributes:
        action: detect, report, forward, notify or block: what it allows.
        member: where; None for everywhere.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="legal_ground", fields=["code", "action", "member", "valid_from"], nulls_distinct=False
            ),
            models.CheckConstraint(name="legal_ground_ends_after_start", condition=Q(valid_to__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return self.code


class Assessment(models.Model):
    """What one person concluded of a report, or of one of its items. Never changed: a later one follows.

    Attributes:
        place: first, second (independent: made without sight of the first) or third (settles a dispute).
        baseline: the INTERPOL baseline: yes or no; asked first.
        scheme, value: the national class, and from which scheme and version; "" where the baseline ended it.
        facts: answers to the scheme's questions; apart from the conclusion.
        actionable: the legal conclusion: an offence here, so that something has to be done.
        extent: what the person looked at for it (`exposure.rules.Extent`): the truth behind a viewed flag.
    """

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="assessments")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="assessments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=6)
    baseline = models.BooleanField(null=True)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.CharField(max_length=40, default="")
    facts = models.JSONField(default=dict)
    actionable = models.BooleanField()
    extent = models.CharField(max_length=10, default="nothing")
    at = models.DateTimeField()

    objects = Visible()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_place", condition=Q(place__in=["first", "second", "third"])),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "id"])]

    def __str__(self) -> str:
        return f"{self.place} assessment"
