"""What the pages of oversight show: each takes the viewer's sight, and none counts or compares people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Checkpoint, Entry, Leaf, Pending
from vaern.node.ledger.rules import Verb
from vaern.node.organisations.models import AdminSession, Organisation, Person
from vaern.node.oversight.models import AccessRequest, DailyCount, SubjectRequest
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from vaern.node.oversight.sight import Sight

CHART_DAYS = 30
SESSIONS_SHOWN = 200


# Records and people -------------------------------------------------------------------------------------------------


def person_in_sight(sight: Sight, id: UUID) -> Person | None:
    """Return a person whose activity the viewer may see: themselves, and for oversight those whom it oversees."""
    person = Person.everybody.filter(id=id).select_related("organisation").first()
    if person is None or not (person.id == sight.person or (sight.oversees and sight.is_own(person.organisation_id))):
        return None
    return person


def counts_of(sight: Sight, person: UUID) -> dict[Verb, int]:
    """Return how many entries a person made, by verb.

    Raises:
        PermissionError: the viewer is neither that person nor their oversight. The ledger does not rate staff.
    """
    if person_in_sight(sight, person) is None:
        raise PermissionError("counts per person are for that person and for oversight")
    rows = Entry.objects.filter(person=person).values_list("verb").annotate(Count("id")).order_by()
    found = Counter(dict(rows))
    return {verb: found[verb.value] for verb in Verb}


# Administrators' sessions ---------------------------------------------------------------------------------------------


def sessions(sight: Sight, *, open_only: bool = False) -> list[AdminSession]:
    """Return administrators' sessions in sight, newest first: those now open, or the last two hundred."""
    found: QuerySet[AdminSession] = AdminSession.everywhere.select_related("person", "organisation")
    if not sight.oversees:
        return []
    if not sight.whole_node:
        found = found.filter(organisation=sight.organisation)
    if open_only:
        found = found.filter(closed_at=None, until__gt=timezone.now())
    return list(found.order_by("-opened_at")[:SESSIONS_SHOWN])


def is_open(session: AdminSession, now: datetime) -> bool:
    """Whether an administrator's session gives sight now."""
    return session.closed_at is None and session.until > now


# Counts over time ---------------------------------------------------------------------------------------------------


def daily_counts(sight: Sight, today: date, days: int = CHART_DAYS) -> list[tuple[date, dict[Verb, int]]]:
    """Return the entries a day and verb of the last days, the oldest first, days without any included."""
    first = today - timedelta(days=days - 1)
    rows = DailyCount.objects.filter(
        organisation=None if sight.whole_node else sight.organisation, day__gte=first, day__lte=today
    )
    if not sight.oversees:
        rows = rows.none()
    counted = {(row.day, row.verb): row.count for row in rows}
    every = (first + timedelta(days=number) for number in range(days))
    return [(day, {verb: counted.get((day, verb.value), 0) for verb in Verb}) for day in every]


# The ledger's health ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Health:
    """How the ledger stands.

    Attributes:
        size: entries that have a position.
        waiting: entries that have none yet.
        checkpoint: the last, or None before the first.
        age: since it was signed.
    """

    size: int
    waiting: int
    checkpoint: Checkpoint | None
    age: timedelta | None

    @property
    def behind(self) -> bool:
        """Whether entries wait for longer than the sequencer, which runs about once a second, should leave them."""
        return self.waiting > 0 and (self.age is None or self.age > timedelta(seconds=10))


def health() -> Health:
    """Return how the ledger stands. Numbers only, for every oversight."""
    last = Checkpoint.objects.order_by("-size").first()
    top = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    return Health(
        size=0 if top is None else top + 1,
        waiting=Pending.objects.count(),
        checkpoint=last,
        age=timezone.now() - last.at if last else None,
    )


def position_of(entry: int) -> int | None:
    """Return the position of an entry in the tree, or None while it waits for one."""
    return Leaf.objects.filter(entry=entry).values_list("position", flat=True).first()


# Data subjects ------------------------------------------------------------------------------------------------------


def find_subject(sight: Sight, text: str) -> Person | None:
    """Return the person with exactly this id or mail address whom the viewer may answer, or None."""
    text = text.strip()
    try:
        condition = Q(id=UUID(text))
    except ValueError:
        condition = Q(email__iexact=text) & ~Q(email="")
    person = Person.everybody.filter(condition).first()
    return person if person and sight.oversees and sight.is_own(person.organisation_id) else None


REQUESTS = Order("-due_date", "id", name=words("person__name"), answered="answered_at", due="due_date")
SUBJECTS = Order("-due_date", "id", reference=words("reference"), right="right", answered="answered_at", due="due_date")


def requests(sight: Sight) -> QuerySet[AccessRequest]:
    """Return the requests of data subjects that the viewer's organisation answers, the next due first."""
    if not sight.oversees:
        return AccessRequest.objects.none()
    return (
        AccessRequest.objects.filter(organisation=sight.organisation)
        .select_related("person", "person__organisation", "opened_by")
        .order_by(F("answered_at").asc(nulls_first=True), "due_date", "id")
    )


def subjects(sight: Sight) -> QuerySet[SubjectRequest]:
    """Return the requests of people without an account that the viewer's organisation answers, the next due first."""
    if not sight.oversees:
        return SubjectRequest.objects.none()
    return (
        SubjectRequest.objects.filter(organisation=sight.organisation)
        .select_related("organisation", "opened_by")
        .order_by(F("answered_at").asc(nulls_first=True), "due_date", "id")
    )


def entries_by(person: UUID) -> QuerySet[Entry]:
    """Return what a person did, in the order of the numbers."""
    return Entry.objects.filter(person=person).order_by("id")


def entries_about(person: UUID) -> QuerySet[Entry]:
    """Return what was done with a person's data, in the order of the numbers."""
    return Entry.objects.filter(kind="person", subject=person).order_by("id")


def organisation_by_name(text: str) -> UUID | None:
    """Return the id of the organisation with exactly this name; the directory is open to everybody."""
    return Organisation.all_nodes.filter(name__iexact=text.strip()).values_list("id", flat=True).first()


def ledger_key() -> dict[str, str]:
    """Return the public half of the key that signs checkpoints, as outsiders need it."""
    return {"vkey": str(verifier_key())}
