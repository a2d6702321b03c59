"""Queries of exposure: for the person themselves, for a welfare lead, and for a viewed flag. For nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject
from vaern.node.ledger.rules import Why as ReasonWhy
from vaern.node.organisations.models import Person
from vaern.node.reports.exposure import acts
from vaern.node.reports.models import Assessment, Budget, Exposure, Report, StationAnswer
from vaern.node.reports.rules import exposure
from vaern.node.reports.rules.exposure import Candidate, Extent, Limits, Severity, Shield
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.arrivals import Viewed
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Item

DAYS = 14
"""Days that a person, and their welfare lead, see."""

LOOKED_THROUGH = 200
"""Reports at the top of the work list among which the next one is chosen."""

VIEWED_IN = (State.ARRIVED.value, State.SECOND_VIEW.value, State.DISPUTED.value)
"""States in which somebody takes a view; in all but the first somebody took one before in this round."""

WELFARE = Reason(ReasonWhy.ADMINISTRATION)


def limits_of(person: Person) -> Limits:
    """Return a person's own limits, or the defaults."""
    found = Budget.of(person=person).first()
    if found is None:
        return Limits()
    return Limits(found.daily, found.hard, found.interleave, found.not_now_until)


def files_today(person: Person) -> int:
    """Return how many files a person declared since midnight."""
    found = Exposure.of(person=person).filter(at__gte=_midnight()).aggregate(files=Sum("files"))
    return int(found["files"] or 0)


def may_show(viewer: Viewer) -> Shield:
    """Return whether unknown material may be shown to the viewer now. API keys are never shielded."""
    if viewer.person is None:
        return exposure.shield(Limits(), 0, timezone.now())
    return exposure.shield(limits_of(viewer.person), files_today(viewer.person), timezone.now())


def viewed(report: Report, item: Item) -> Viewed:
    """Return how much of one item people of the report's organisation viewed, for documents that leave the node.

    Only declarations count, never a match, a list or the sender's word. A declaration is erased after 90 days; its
    extent stays with the assessment that it was made for. What a licensed viewing station answered that somebody
    looked at counts as well.
    """
    alone = report.items_total <= 1
    ours = {"organisation": report.organisation_id}
    about = Q(item=item.pk) | Q(item__isnull=True)
    declared = list(Exposure.everywhere.filter(about, report=report.pk, **ours).values_list("extent", "item"))
    declared += Assessment.of(report=report).filter(about, **ours).values_list("extent", "item")
    seen = StationAnswer.of(packed__item=item).exclude(looked=Extent.NOTHING.value)
    declared += seen.values_list("looked", "packed__item")
    return exposure.viewed(
        (Extent.PART, False) if extent == exposure.SOME else (Extent(extent), alone or of is not None)
        for extent, of in declared
    )


@dataclass(frozen=True)
class Day:
    """One day of a person's declarations: files, and how many of them were heavy or very heavy."""

    day: date
    files: int
    heavy: int


@dataclass(frozen=True)
class Own:
    """A person's exposure, as they and their welfare lead see it."""

    person: Person
    days: list[Day]
    limits: Limits

    @property
    def today(self) -> Day:
        """The last of the days."""
        return self.days[-1]

    @property
    def files(self) -> int:
        """Of all the days."""
        return sum(day.files for day in self.days)

    @property
    def heavy(self) -> int:
        """Of all the days."""
        return sum(day.heavy for day in self.days)


def own(viewer: Viewer) -> Own | None:
    """Return the viewer's own exposure; None for a key. It is no casework, so not recorded."""
    return _of(viewer.person) if viewer.person is not None else None


@transaction.atomic
def of_organisation(viewer: Viewer) -> list[Own]:
    """Return the exposure of the people of a welfare lead's own organisation, by name; recorded.

    Sorted by name and never by amount: for care, not ranking.
    """
    ids = Exposure.objects.filter(at__gte=_midnight(DAYS - 1)).values("person")
    people = list(Person.objects.filter(pk__in=ids, organisation=viewer.organisation).order_by("name", "pk"))
    record(acts.CONSULTED, _of_people(viewer), viewer.actor, WELFARE, count=len(people))
    return [_of(person) for person in people]


def person(viewer: Viewer, id: UUID) -> Person | None:
    """Return a person of the viewer's own organisation; shows no exposure, so not recorded."""
    found: Person | None = Person.objects.filter(pk=id, organisation=viewer.organisation).first()
    return found


@transaction.atomic
def of_person(viewer: Viewer, found: Person) -> Own:
    """Return the exposure of one person to a welfare lead; recorded."""
    record(acts.PERSON_CONSULTED, found.subject, viewer.actor, WELFARE)
    return _of(found)


def in_a_row(person: Person) -> int:
    """Return how many heavy declarations in a row a person made today, up to now."""
    last = Exposure.of(person=person).filter(at__gte=_midnight()).order_by("-at", "-id")
    return exposure.run_of_heavy(list(last.values_list("severity", flat=True)[: exposure.HIGHEST]))


def next_for(viewer: Viewer) -> Report | None:
    """Return the next report for a person: a free one of the work list that their budgets and breaks allow.

    It shows nothing of the report, so it is not recorded; claiming and opening it are.
    """
    if viewer.person is None:
        return None
    shield = may_show(viewer)
    found = free_reports(viewer.person)
    if not shield.allowed:
        found = found.filter(items_total__lte=F("items_known") + F("items_seen"))
    rows = list(found[:LOOKED_THROUGH])
    unknown = {row.pk: row.items_total > row.items_known + row.items_seen or not row.items_total for row in rows}
    candidates = [
        Candidate(row, unknown[row.pk], exposure.is_heavy(row.offence, unknown[row.pk]), row.urgent) for row in rows
    ]
    ordered = exposure.order(candidates, in_a_row(viewer.person), shield.limits.interleave, allowed=shield.allowed)
    return ordered[0].key if ordered else None


def free_reports(person: Person) -> QuerySet[Report]:
    """Return the reports of a person's desk that they can assess now, in the order of the work list."""
    now = timezone.now()
    free = Q(claimed_by__isnull=True) | Q(claimed_by=person.pk) | Q(claimed_until__lte=now)
    took = Q(assessments__person=person.pk, assessments__final=True)
    mine = Report.of(organisation=person.organisation).filter(took, state__in=VIEWED_IN[1:]).values("pk")
    return (
        Report.of(organisation=person.organisation)
        .filter(free, state__in=VIEWED_IN)
        .exclude(pk__in=mine)
        .order_by("-urgent", "-priority", "created_at", "id")
    )


def _of_people(viewer: Viewer) -> Subject:
    return Subject("exposure", None, viewer.organisation.id)


def _of(person: Person) -> Own:
    rows = (
        Exposure.of(person=person)
        .filter(at__gte=_midnight(DAYS - 1))
        .annotate(day=TruncDate("at"))
        .order_by()
        .values("day")
        .annotate(total=Sum("files"), hard=Sum("files", filter=Q(severity__gte=Severity.HEAVY.value), default=0))
    )
    found = {row["day"]: Day(row["day"], row["total"], row["hard"]) for row in rows}
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return Own(person, [found.get(day, Day(day, 0, 0)) for day in days], limits_of(person))


def _midnight(days_ago: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=days_ago), time.min))
