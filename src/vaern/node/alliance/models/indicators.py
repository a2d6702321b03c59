"""What indicators are computed from, and what came of it: folded from the ledger, made again from it if lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.organisations.models import Member

PERIODS = ("month", "quarter", "year")


class Track(models.Model):
    """When what happened to one record: the first entry of each kind, in the order of the tree.

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
        identified_by: the organisation whose people identified.
        children: how many, as was said; None: nobody said, and it counts as one.
    """

    opened_at = models.DateTimeField(null=True, db_index=True)
    country_at = models.DateTimeField(null=True)
    disseminated_at = models.DateTimeField(null=True, db_index=True)
    accepted_at = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True, db_index=True)
    identified_by = models.UUIDField(null=True)
    safeguarded_at = models.DateTimeField(null=True, db_index=True)
    absorbed_at = models.DateTimeField(null=True)
    children = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"series {self.subject}"


class ReportTrack(Track):
    """A report.

    Attributes:
        copy: it arrived by forwarding.
        items, fresh: how many items, and how many of them were neither on a list nor seen before.
        touched_at: first claimed or assessed by a person.
        outcome, outcome_at: the last code that went home, and when the first did that was one.
    """

    arrived_at = models.DateTimeField(null=True, db_index=True)
    urgent = models.PositiveSmallIntegerField(null=True)
    copy = models.PositiveSmallIntegerField(null=True)
    items = models.PositiveIntegerField(null=True)
    fresh = models.PositiveIntegerField(null=True)
    touched_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, null=True)
    outcome_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"report {self.subject}"


class LocationTrack(Track):
    """A location of a report: `item` is its number there.

    Attributes:
        country, host: of the first notice; before one, of the first trace. The host as a short keyed digest.
    """

    traced_at = models.DateTimeField(null=True, db_index=True)
    police_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True, db_index=True)
    offline_at = models.DateTimeField(null=True, db_index=True)
    back_at = models.DateTimeField(null=True)
    country = models.CharField(max_length=2, null=True)
    host = models.CharField(max_length=8, null=True)

    def __str__(self) -> str:
        return f"location {self.item} of {self.subject}"


class RequestTrack(Track):
    """A request for legal assistance."""

    sent_at = models.DateTimeField(null=True, db_index=True)
    answered_at = models.DateTimeField(null=True)
    instrument = models.CharField(max_length=40, null=True)

    def __str__(self) -> str:
        return f"request {self.subject}"


class PreservationTrack(Track):
    """Evidence that is kept at its holder until a day: `item` is its number in the case."""

    lapsed_at = models.DateTimeField(null=True, db_index=True)
    answered_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"preservation {self.item} of {self.subject}"


class Value(models.Model):
    """One value of one indicator.

    Attributes:
        version: of the definitions.
        member: whose; None: the alliance's, also of organisations that belong to no member.
        period, start: month, quarter or year, and its first day.
        split: the country of the host, the instrument; "" for all.
        numerator, denominator: of a share; of a count, the count in the first and None.
        value: in the unit of the definition; None where it cannot be computed.
        missing: why not, as a code (`values.MISSING`); "" where there is a value.
        rest: the same without the largest source: `numerator`, `denominator`, `value`, and its `share` of the whole.
        extra: what stands beside it: the share within the limit, those without an answer.
        as_of: how many entries of the ledger are in it.
    """

    id = models.BigAutoField(primary_key=True)
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
            models.Index(fields=["member", "period"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.start}"
