"""Counts of the ledger a day, and the requests of people who want to know what the node holds about them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.ledger.rules import Subject, Verb
from vaern.node.organisations.models import Organisation, Person, among, choices
from vaern.node.organisations.scoping import Visible
from vaern.node.oversight.rules import Ground, Part


class DailyCount(models.Model):
    """How many entries of one verb a day brought: of the whole node, or that concern one organisation. Never a person.

    Attributes:
        organisation: id of the organisation that acted or owned the record; None for the whole node.
    """

    day = models.DateField()
    verb = models.CharField(max_length=20, choices=choices(Verb))
    organisation = models.UUIDField(null=True)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="daily_count_once", fields=["organisation", "day", "verb"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.verb} on {self.day}"


class AccessRequest(models.Model):
    """A person asks an organisation what it holds about them (GDPR art. 15, LED art. 14).

    Attributes:
        person: whose data it is.
        parts, ground, words: what the answer leaves out, on which ground of LED art. 15(1), and the assessment.
        answered_at: when the answer was last produced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    received_date = models.DateField()
    due_date = models.DateField()
    parts = ArrayField(models.CharField(max_length=20, choices=choices(Part)), default=list)
    ground = models.CharField(max_length=20, choices=choices(Ground), blank=True)
    words = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    review_date = models.DateField()

    objects = Visible()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints: ClassVar = [
            models.CheckConstraint(name="access_request_ground", condition=Q(ground="") | among("ground", Ground)),
            models.CheckConstraint(
                name="access_request_restricted_with_ground",
                condition=Q(parts=[], ground="", words="") | (~Q(parts=[]) & ~Q(ground="") & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="access_request_due_after_received", condition=Q(due_date__gt=models.F("received_date"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "answered_at", "due_date"])]

    def __str__(self) -> str:
        return f"request of a data subject {self.id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names whom it is about."""
        return Subject("person", self.person_id, self.person.organisation_id)
