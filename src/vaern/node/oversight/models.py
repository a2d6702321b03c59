"""Counts of the ledger a day, and the requests of people who want to know what the node holds about them."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.ledger.rules import Subject, Verb
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.oversight.rules import Ground, Part
from vaern.node.oversight.subject_rules import Identity, Reply, Right
from vaern.node.oversight.unusual_rules import FLOORS, Rule


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


BY_DAY = {rule: floor for rule, floor in FLOORS.items() if rule is not Rule.HOURS}
"""From how many on a day can be unusual, for the rules that count a whole day."""


class DailyMeasure(models.Model):
    """How often something was done on a day: in the whole node, or by one organisation. Never a person.

    Attributes:
        measure: one of `unusual_days.measures`.
        organisation: id of the organisation that acted; None for the whole node.
    """

    PERSONAL: ClassVar = Personal(plain=("measure",))

    day = models.DateField(db_index=True)
    measure = models.CharField(max_length=20)
    organisation = models.UUIDField(null=True)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="daily_measure_once", fields=["organisation", "day", "measure"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.measure} on {self.day}"


class PersonDay(models.Model):
    """What one person did on one of the last thirty-five days: against what their own week is held, and for that alone.

    All of it stands in the ledger too; here it is counted, so that a page need not read five weeks of the ledger.

    Attributes:
        person, organisation: ids, as the ledger has them.
        opened, searched, taken_out, foreign, only_read: how many, as `unusual_rules` has them.
        worked: the hours at which they did anything, one bit each; opened_at: those at which they opened a record.
        hours: how many records they opened, by hour.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"person": (Whom.STAFF,)}, plain=("hours",))

    person = models.UUIDField()
    organisation = models.UUIDField(null=True)
    day = models.DateField()
    opened = models.IntegerField()
    searched = models.IntegerField()
    taken_out = models.IntegerField()
    foreign = models.IntegerField()
    only_read = models.IntegerField()
    worked = models.IntegerField()
    opened_at = models.IntegerField()
    hours = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="person_day_once", fields=["person", "day", "organisation"], nulls_distinct=False
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="person_day_of_many",
                fields=["day", "organisation"],
                condition=reduce(
                    or_, (Q(**{f"{rule}__gte": FLOORS[rule]}) for rule in FLOORS if rule is not Rule.HOURS)
                ),
            ),
            models.Index(
                name="person_day_hours",
                fields=["day", "organisation"],
                include=["person", "opened_at"],
                condition=Q(opened__gte=FLOORS[Rule.HOURS]),
            ),
            models.Index(name="person_day_day", fields=["day"]),
        ]

    def __str__(self) -> str:
        return f"what {self.person} did on {self.day}"


class SubjectRequest(Owned):
    """Somebody without an account asks what is held about them, or the supervisory authority has it checked for them.

    Attributes:
        right, identity, reply: codes of `subject_rules`; `reply` is "" until it is answered.
        identifiers: what they say identifies them, a line each: sealed (purpose `subject`). It goes with the request.
        ground, provision, words: on what an answer neither confirms nor denies; the assessment stays inside, sealed.
        language: of the answer.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"reference": (Whom.ASKER,), "identifiers": (Whom.ASKER,), "words": (Whom.ASKER,)},
        plain=(
            "provision",
            "language",
        ),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100)
    right = models.CharField(max_length=10, choices=choices(Right))
    identity = models.CharField(max_length=12, choices=choices(Identity))
    identifiers = SealedField("subject")
    received_date = models.DateField()
    due_date = models.DateField()
    reply = models.CharField(max_length=8, choices=choices(Reply), blank=True)
    ground = models.CharField(max_length=20, choices=choices(Ground), blank=True)
    provision = models.CharField(max_length=200, blank=True)
    words = SealedField("subject", default=b"")
    language = models.CharField(max_length=2, default="en")
    answered_at = models.DateTimeField(null=True)
    review_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="subject_request_right", condition=among("right", Right)),
            models.CheckConstraint(name="subject_request_identity", condition=among("identity", Identity)),
            models.CheckConstraint(
                name="subject_request_answered",
                condition=Q(reply="", answered_at=None) | (among("reply", Reply) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="subject_request_silent_with_ground", condition=~Q(reply="neither") | ~Q(ground="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "answered_at", "due_date"])]

    def __str__(self) -> str:
        return f"request of a data subject without an account {self.id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it: by the request, never by the person."""
        return Subject("subject_request", self.id, self.organisation_id)


class AccessRequest(Owned):
    """A person asks an organisation what it holds about them (GDPR art. 15, LED art. 14).

    Attributes:
        person: whose data it is.
        parts, ground, words: what the answer leaves out, on which ground of LED art. 15(1) or GDPR art. 23(1), and the
            assessment.
        provision: of national law, that makes a restriction under the GDPR.
        unsaid: the answer does not say that something is left out.
        answered_at: when the answer was last produced.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"words": (Whom.STAFF,)},
        plain=(
            "parts",
            "provision",
        ),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    received_date = models.DateField()
    due_date = models.DateField()
    parts = ArrayField(models.CharField(max_length=20, choices=choices(Part)), default=list)
    ground = models.CharField(max_length=20, choices=choices(Ground), blank=True)
    words = models.CharField(max_length=2000, blank=True)
    provision = models.CharField(max_length=200, blank=True)
    unsaid = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    review_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="access_request_ground", condition=Q(ground="") | among("ground", Ground)),
            models.CheckConstraint(
                name="access_request_restricted_with_ground",
                condition=Q(parts=[], ground="", words="", provision="", unsaid=False)
                | (~Q(parts=[]) & ~Q(ground="") & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="access_request_national_provision",
                condition=~Q(ground__startswith="gdpr_") | ~Q(provision=""),
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
