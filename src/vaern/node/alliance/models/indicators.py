"""What indicators are computed from, and their values: folded from the ledger, and rebuilt from it if lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Least

from vaern.node.base.personal import Personal
from vaern.node.organisations.models import Member

PERIODS = ("month", "quarter", "year")


def behind(organisation: str, moment: str) -> models.Index:
    """Return the index by which the records of one organisation in a period are found."""
    return models.Index(name=f"track_{moment}", fields=[organisation, moment])


class Track(models.Model):
    """When each thing happened to one record: by the first entry of its kind in the order of the tree, or by the last.

    Attributes:
        subject, item: the record, and the item of it that it is about (0: the whole).
        owner: the organisation that the record belongs to.
    """

    pk = models.CompositePrimaryKey("subject", "item")
    subject = models.UUIDField()
    item = models.PositiveIntegerField(default=0)
    owner = models.UUIDField(null=True)

    class Meta:
        abstract = True


class SeriesTrack(Track):
    """A series.

    Attributes:
        proposed: a country is, and nobody took it back: 1 or 0, as are the others.
        accepted: a desk did, and did not give it back.
        identified_by: the organisation whose people identified.
        children: how many, as was said; None: nobody said, and it counts as one.
        identified: and nobody took that back.
        absorbed: by another series, and not restored; twice: in both of them a child had been identified.
        girls, boys, others, under3, under14, under18, adult: how many of the children were recorded as that.
    """

    opened_at = models.DateTimeField(null=True)
    proposed = models.PositiveSmallIntegerField(null=True)
    disseminated_at = models.DateTimeField(null=True)
    accepted = models.PositiveSmallIntegerField(null=True)
    identified_at = models.DateTimeField(null=True)
    identified_by = models.UUIDField(null=True)
    children = models.PositiveIntegerField(null=True)
    identified = models.PositiveSmallIntegerField(null=True)
    safeguarded_at = models.DateTimeField(null=True)
    absorbed = models.PositiveSmallIntegerField(null=True)
    twice = models.PositiveSmallIntegerField(null=True)
    girls = models.PositiveIntegerField(null=True)
    boys = models.PositiveIntegerField(null=True)
    others = models.PositiveIntegerField(null=True)
    under3 = models.PositiveIntegerField(null=True)
    under14 = models.PositiveIntegerField(null=True)
    under18 = models.PositiveIntegerField(null=True)
    adult = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            behind("owner", "opened_at"),
            behind("owner", "disseminated_at"),
            behind("identified_by", "identified_at"),
            behind("identified_by", "safeguarded_at"),
        ]

    def __str__(self) -> str:
        return f"series {self.subject}"


class ReportTrack(Track):
    """A report.

    Attributes:
        copy: it arrived by forwarding; home: from an organisation of the same country.
        sender: who it came from (`reports.intake.rules.source`).
        duplicate: it was set aside as one; acted_on, dismissed: what was concluded last, where that stands.
        items, fresh: how many items, and how many of them were neither on a list nor seen before.
        touched_at: first claimed or assessed by a person.
        outcome, outcome_at: the last code that went home, and when the first did that was one.
        suspect_at, charged_at, convicted_at: when a code went home that says so, or says what follows on it.
        child_at: when it went home that a child was safeguarded.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "sender",
            "outcome",
        )
    )

    arrived_at = models.DateTimeField(null=True)
    urgent = models.PositiveSmallIntegerField(null=True)
    copy = models.PositiveSmallIntegerField(null=True)
    home = models.PositiveSmallIntegerField(null=True)
    sender = models.CharField(max_length=40, null=True)
    duplicate = models.PositiveSmallIntegerField(null=True)
    acted_on = models.PositiveSmallIntegerField(null=True)
    dismissed = models.PositiveSmallIntegerField(null=True)
    items = models.PositiveIntegerField(null=True)
    fresh = models.PositiveIntegerField(null=True)
    touched_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, null=True)
    outcome_at = models.DateTimeField(null=True)
    suspect_at = models.DateTimeField(null=True)
    charged_at = models.DateTimeField(null=True)
    convicted_at = models.DateTimeField(null=True)
    child_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            behind("owner", "arrived_at"),
            models.Index(name="track_urgent", fields=["arrived_at"], condition=Q(urgent=1)),
        ]

    def __str__(self) -> str:
        return f"report {self.subject}"


class LocationTrack(Track):
    """A location of a report: `item` is its number there.

    Attributes:
        back_at: seen again, the last time.
        country, host: of the first notice. The host as a short keyed digest.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "country",
            "host",
        )
    )

    traced_at = models.DateTimeField(null=True, db_index=True)
    police_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True, db_index=True)
    offline_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    country = models.CharField(max_length=40, null=True)
    host = models.CharField(max_length=40, null=True)

    class Meta:
        indexes: ClassVar = [
            behind("owner", "traced_at"),
            behind("owner", "notified_at"),
            behind("owner", "offline_at"),
        ]

    def __str__(self) -> str:
        return f"location {self.item} of {self.subject}"


class CaseTrack(Track):
    """A case.

    Attributes:
        suspect_at, charged_at, convicted_at: when its own desk first said so, or said what follows on it.
        silent, merged: it is now: 1 or 0.
    """

    suspect_at = models.DateTimeField(null=True)
    charged_at = models.DateTimeField(null=True)
    convicted_at = models.DateTimeField(null=True)
    silent = models.PositiveSmallIntegerField(null=True)
    merged = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            behind("owner", "suspect_at"),
            behind("owner", "charged_at"),
            behind("owner", "convicted_at"),
        ]

    def __str__(self) -> str:
        return f"case {self.subject}"


class RequestTrack(Track):
    """A request for legal assistance.

    Attributes:
        kind: what its instrument does: preserve, produce, mla.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "kind",
            "instrument",
        )
    )

    sent_at = models.DateTimeField(null=True, db_index=True)
    kind = models.CharField(max_length=40, null=True)
    instrument = models.CharField(max_length=40, null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request {self.subject}"


class PreservationTrack(Track):
    """Evidence that is kept at its holder until a day: `item` is its number in the case."""

    lapsed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(models.F("owner"), Least("lapsed_at", "answered_at"), name="track_ended")]

    def __str__(self) -> str:
        return f"preservation {self.item} of {self.subject}"


class Sums(models.Model):
    """A part of the sums that values are made of.

    Attributes:
        code: of the indicator.
        month: its first day.
        organisation: for whose member it counts.
        split, source: the country of the host or the instrument, and the host as a digest; "" where there is none.
    """

    pk = models.CompositePrimaryKey("code", "month", "organisation", "split", "source")
    code = models.CharField(max_length=40)
    month = models.DateField()
    organisation = models.UUIDField()
    split = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.month}"


class Tally(Sums):
    """A part of the sums of this node's own ledger; an organisation of all zeros is nobody's."""

    PERSONAL: ClassVar = Personal(plain=("code", "split", "source"))


class Value(models.Model):
    """One value of one indicator.

    Attributes:
        version: of the definitions.
        member: whose; None: the alliance's, also of organisations that belong to no member.
        period, start: month, quarter or year, and its first day.
        split: the country of the host, the instrument, of the alliance's values alone; "" for all.
        numerator, denominator: of a share; of a count, the count in the first and None.
        value: in the unit of the definition; None where it cannot be computed.
        missing: why not, as a code (`indicators.labels.MISSING`); "" where there is a value.
        rest: the same without the largest source: `numerator`, `denominator`, `value`, and how much of the whole that
            source is: `largest`.
        extra: what stands beside a median: how many were counted (`of`), how many of them were within the limit or
            were answered (`hits`), and their `share`.
        as_of: how many entries the ledger had when it came out so.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "version",
            "code",
            "period",
            "split",
            "missing",
            "rest",
            "extra",
        )
    )

    version = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    period = models.CharField(max_length=7)
    start = models.DateField()
    split = models.CharField(max_length=40, default="")
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    value = models.FloatField(null=True)
    missing = models.CharField(max_length=24, default="")
    rest = models.JSONField(null=True)
    extra = models.JSONField(null=True)
    as_of = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="value_once",
                fields=["version", "code", "member", "period", "start", "split"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="value_period", condition=Q(period__in=PERIODS)),
            models.CheckConstraint(
                name="value_or_why_not",
                condition=Q(value__isnull=False, missing="") | (Q(value__isnull=True) & ~Q(missing="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code", "period", "start"]),
            models.Index(fields=["period", "start"]),
            models.Index(fields=["member", "period"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.start}"
