"""Licensed viewing stations, the work packages that they were given, and what they answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import ApiKey, Organisation, Owned, Person, among, choices
from vaern.node.reports.models.assessment import Scheme
from vaern.node.reports.models.report import Item, Report
from vaern.node.reports.rules.stations import Door, Standing, standing

FILES = "answer"
"""The purpose under which the hashes of an answer are sealed."""


class ViewingStation(Owned):
    """A station, outside the node, at which licensed people of an organisation look at material.

    Attributes:
        operator: the organisation that runs it, in words.
        key: the API key with which it answers; None before one was made.
        terms: the licence in force: the last that a second person confirmed.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("name", "operator"),
        because="entries of the ledger name the station to which addresses were given",
    )

    if TYPE_CHECKING:
        key_id: uuid.UUID | None
        terms_id: int | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    operator = models.CharField(max_length=200)
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    key = models.OneToOneField(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    terms = models.ForeignKey("StationTerms", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="viewing_station_name", fields=["organisation", "name"], condition=Q(revoked_at=None)
            ),
            models.CheckConstraint(
                name="viewing_station_revoked_by", condition=Q(revoked_at=None) | Q(revoked_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """The station as a subject of the ledger."""
        return Subject("viewing_station", self.id, self.organisation_id)

    @property
    def standing(self) -> Standing:
        """Whether it may be given addresses now."""
        until = self.terms.valid_until if self.terms else None
        return standing(revoked=self.revoked_at is not None, until=until, today=timezone.localdate())


class StationTerms(Owned):
    """One licence of a station, with the place and the key that go with it. Counts once a second person confirmed it.

    Attributes:
        authority, number, valid_until: of the licence.
        recipient: the age recipient (X25519) for which packages are encrypted.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=("authority", "number", "place", "recipient"),
        because="under which licence addresses were given is answered for later; who confirmed it is an id",
    )

    if TYPE_CHECKING:
        asked_by_id: uuid.UUID

    station = models.ForeignKey(ViewingStation, on_delete=models.PROTECT, related_name="all_terms")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    authority = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    valid_until = models.DateField()
    place = models.CharField(max_length=200)
    recipient = models.CharField(max_length=62)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="station_terms_second_person",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("asked_by"))),
            ),
            models.UniqueConstraint(
                name="station_terms_one_waits", fields=["station"], condition=Q(confirmed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"


class StationViewer(Owned):
    """How a station calls a person of the node who looks there: said by that person, for their own exposure."""

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT, {"pseudonym": (Whom.STAFF,)})

    if TYPE_CHECKING:
        person_id: uuid.UUID

    station = models.ForeignKey(ViewingStation, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    pseudonym = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="station_viewer_once", fields=["station", "pseudonym"]),
            models.UniqueConstraint(name="station_viewer_one_name", fields=["station", "person"]),
        ]

    def __str__(self) -> str:
        return f"viewer at {self.station_id}"


class WorkPackage(Owned):
    """The addresses of one person's claimed reports, encrypted for one station.

    Attributes:
        code: its name for people.
        terms: the licence and key for which it was made.
        scheme: in which the station grades; None where the desk has none.
        file: the age file, which the node itself cannot open; emptied when the package ends.
        digest: SHA-256 of it.
        addresses: how many exact addresses are in it.
        expires_at: from then on it is not given out, and nothing is answered to it.
        review_date: day on which its record is erased, with the answers.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("code", "file", "digest"))

    if TYPE_CHECKING:
        made_by_id: uuid.UUID
        station_id: uuid.UUID
        scheme_id: int | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=9, unique=True)
    station = models.ForeignKey(ViewingStation, on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(StationTerms, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    review_date = models.DateField()
    file = models.BinaryField()
    digest = models.CharField(max_length=64)
    reports = models.PositiveIntegerField()
    addresses = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="work_package_expires", condition=Q(expires_at__gt=F("made_at")))
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-made_at", "id"]),
            models.Index(fields=["review_date"]),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> Subject:
        """The package as a subject of the ledger."""
        return Subject("work_package", self.id, self.organisation_id)

    @property
    def open(self) -> bool:
        """Whether it is given out and answered to now."""
        return self.ended_at is None and self.expires_at > timezone.now() and self.station.standing is Standing.VALID


class PackedItem(Owned):
    """One item of a report that is in a package."""

    PERSONAL: ClassVar = Personal()

    if TYPE_CHECKING:
        item_id: int
        report_id: uuid.UUID

    package = models.ForeignKey(WorkPackage, on_delete=models.CASCADE, related_name="items")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="packed_item_once", fields=["package", "item"])]

    def __str__(self) -> str:
        return f"item {self.item_id}"


class StationAnswer(Owned):
    """What was found of one item at a station. Immutable; a later answer stands beside it.

    Attributes:
        digest: SHA-256 of the answer, so that the same sent again makes no second one.
        found, looked, by, severity, baseline, value, marks: see `formats.work_package.Answer`.
        counted: what was looked at stands in the exposure of a person of the node; here it does not say whose.
        sealed: hashes of what was found, as JSON, sealed.
        at: when it was found; came_at: when the answer came.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"sealed": (Whom.CHILD,), "by": (Whom.STAFF,)},
        plain=("digest", "found", "looked", "value", "marks"),
    )

    if TYPE_CHECKING:
        packed_id: int

    packed = models.ForeignKey(PackedItem, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    door = models.CharField(max_length=4, choices=choices(Door))
    digest = models.BinaryField(max_length=32)
    found = models.CharField(max_length=5)
    looked = models.CharField(max_length=7)
    by = models.CharField(max_length=40, default="")
    counted = models.BooleanField(default=False)
    severity = models.PositiveSmallIntegerField(default=1)
    baseline = models.BooleanField(null=True)
    value = models.CharField(max_length=40, default="")
    marks = models.JSONField(default=list)
    sealed = SealedField(FILES, default=b"")
    at = models.DateTimeField()
    came_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="station_answer_once", fields=["packed", "digest"]),
            models.CheckConstraint(name="station_answer_door", condition=among("door", Door)),
            models.CheckConstraint(name="station_answer_found", condition=Q(found__in=["there", "gone", "other"])),
            models.CheckConstraint(name="station_answer_looked", condition=Q(looked__in=["whole", "part", "nothing"])),
            models.CheckConstraint(
                name="station_answer_unseen_says_nothing",
                condition=~Q(looked="nothing") | Q(baseline__isnull=True, value=""),
            ),
            models.CheckConstraint(name="station_answer_severity", condition=Q(severity__gte=1, severity__lte=3)),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
