"""What one viewer may see of the ledger, and the addresses of what they may open. Every read of it passes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import F, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from vaern.node.casework.models import Casework
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.rules import Verb, acts
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.node.oversight.rules import PAGE, Filters, may_read_words, sees_whole_node
from vaern.node.oversight.unusual_rules import What
from vaern.proofs import tags

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

LONGEST_TRANSACTION = timedelta(minutes=10)
DISAGREE = timedelta(hours=1) + LONGEST_TRANSACTION
"""How far the number and the time of two entries may disagree: an entry takes its number before others end, and the
time of what somebody unnamed does is kept to the hour."""


@dataclass(frozen=True)
class EntryPage:
    """Some entries of many, newest first; `next` and `previous` are numbers for `?after=` and `?before=`, or empty."""

    rows: list[Entry]
    next: str
    previous: str


@dataclass(frozen=True)
class Sight:
    """What a viewer may see of the ledger.

    Attributes:
        person: id of the viewer.
        organisation: id of their organisation.
        oversees: whether they oversee at all; whoever does not sees their own entries only.
        whole_node: whether they oversee every organisation, or only their own.
        redacted: what is shown leaves the house: nobody but the person, and no record, is named.
    """

    person: UUID | None
    organisation: UUID
    oversees: bool
    whole_node: bool
    redacted: bool = False

    @classmethod
    def of(cls, viewer: Viewer) -> Sight:
        """Return what this viewer may see."""
        oversees = Permission.LEDGER_OVERSEE in viewer.permissions
        return cls(
            person=viewer.person.id if viewer.person else None,
            organisation=viewer.organisation.id,
            oversees=oversees,
            whole_node=oversees and sees_whole_node(OrganisationKind(viewer.organisation.kind)),
        )

    def own(self) -> Sight:
        """Return the sight of one's own entries, which everybody has."""
        return Sight(self.person, self.organisation, oversees=False, whole_node=False)

    # Which entries ------------------------------------------------------------------------------------------------

    def branches(self) -> list[Q]:
        """Return the conditions of which an entry has to fulfil one; each is served by an index of its own."""
        if self.whole_node:
            return [Q()]
        if self.oversees:
            return [Q(organisation=self.organisation), Q(owner=self.organisation)]
        return [Q(person=self.person)] if self.person else []

    def entries(self, filters: Filters, *, limit: int = PAGE) -> list[Entry]:
        """Return entries that the filters ask for, newest first: the newest, those after, or those before a number.

        Each branch reads at most `limit` rows of an index, so the last page costs what the first does.
        """
        order = "id" if filters.before is not None else "-id"
        wanted = conditions(filters)
        found = [Entry.objects.filter(branch, wanted).order_by(order)[:limit] for branch in self.branches()]
        if not found:
            return []
        rows = list(found[0] if len(found) == 1 else found[0].union(*found[1:]).order_by(order)[:limit])
        return rows if filters.before is None else rows[::-1]

    def page(self, filters: Filters) -> EntryPage:
        """Return a page of entries, and whether there are more before and after it."""
        rows = self.entries(filters, limit=PAGE + 1)
        backwards = filters.before is not None
        more = len(rows) > PAGE
        rows = (rows[1:] if backwards else rows[:-1]) if more else rows
        return EntryPage(
            rows,
            next=str(rows[-1].id) if rows and (more or backwards) else "",
            previous=str(rows[0].id) if rows and (more if backwards else filters.after is not None) else "",
        )

    def entry(self, number: int) -> Entry | None:
        """Return one entry, or None where there is none that the viewer may see."""
        found = (Entry.objects.filter(branch, id=number).first() for branch in self.branches())
        return next((entry for entry in found if entry is not None), None)

    def all_entries(self) -> QuerySet[Entry]:
        """Return all that the viewer may see, in the order of the numbers: for export."""
        condition = Q(pk__in=[])
        for branch in self.branches():
            condition = condition | branch if branch else Q()
        return Entry.objects.filter(condition).order_by("id")

    def notes(self, entries: Sequence[Entry]) -> dict[int, tuple[str, str]]:
        """Return the words and details of entries, where they still exist and the viewer may read them."""
        readable = [
            entry.id
            for entry in entries
            if entry.note is not None
            and may_read_words(entry.organisation, self.organisation, whole_node=self.whole_node)
            and (self.oversees or entry.person == self.person)
        ]
        if not readable:
            return {}
        rows = Note.objects.filter(entry__in=readable).values_list("entry", "words", "details")
        return {entry: (words, details) for entry, words, details in rows}

    # Names and addresses ------------------------------------------------------------------------------------------

    def is_own(self, organisation: UUID) -> bool:
        """Whether the viewer sees what is inside this organisation."""
        return not self.redacted and (self.whole_node or organisation == self.organisation)

    def may_name(self, person: UUID, organisation: UUID) -> bool:
        """Whether the viewer reads a person's name: in their own organisation, or as oversight of the node."""
        return person == self.person or self.is_own(organisation)

    def person_url(self, person: UUID, organisation: UUID) -> str:
        """Return the page of what a person did; it is that person's and oversight's only."""
        if person == self.person:
            return link("own")
        return link("person", person) if self.oversees and self.is_own(organisation) else ""

    def record_url(self, kind: str, record: UUID) -> str:
        """Return the page of all that happened to a record."""
        return link("record", kind, record) if self.oversees else ""

    def entry_url(self, number: int) -> str:
        """Return the page of one entry."""
        return link("entry", number)


def conditions(filters: Filters) -> Q:
    """Return the condition of a search.

    Days become bounds on the numbers, so that the same index serves the days and the rest; the times decide.
    """
    wanted = Q()
    for name in ("person", "key", "organisation", "owner", "recipient", "session", "kind", "subject", "verb", "act"):
        if (value := getattr(filters, name)) is not None:
            wanted &= Q(**{name: value})
    if filters.verb is None and filters.act in (known := acts()):
        wanted &= Q(verb=known[filters.act].verb.value)  # rare verbs have an index, acts have none
    if filters.what is not None:
        wanted &= of_what(What(filters.what))
    if filters.given is not None:
        wanted &= reason_given(filters.given)
    if filters.after is not None:
        wanted &= Q(id__lt=filters.after)
    if filters.before is not None:
        wanted &= Q(id__gt=filters.before)
    if filters.since is not None:
        wanted &= since_day(filters.since)
    if filters.until is not None:
        end = midnight(filters.until + timedelta(days=1))
        wanted &= Q(at__lt=end, id__lte=_first_number(end + DISAGREE))
    return wanted


def since_day(day: date) -> Q:
    """Return the condition of entries from a day on."""
    start = midnight(day)
    return Q(at__gte=start, id__gte=_first_number(start - DISAGREE))


def of_what(what: What) -> Q:
    """Return the condition of entries of one kind of doing, as `unusual` counts it."""
    opened = Q(verb=Verb.CONSULTATION.value, subject__isnull=False, kind__in=sorted(casework_models()))
    return {
        What.OPENED: opened,
        What.SEARCHED: Q(act__in=_acts_named("searched")),
        What.TAKEN_OUT: Q(act__in=_acts_named("exported", "downloaded", "taken", "document_taken"), verb="disclosure"),
        What.FOREIGN: opened & Q(owner__isnull=False) & ~Q(owner=F("organisation")),
        What.REFUSED: Q(act__in=("organisations.password.refused", "organisations.second_factor.refused")),
    }[what]


@cache
def casework_models() -> dict[str, type[Casework]]:
    """Return every kind of casework, by its code."""
    return {model.KIND: model for model in apps.get_models() if issubclass(model, Casework)}


def _acts_named(*names: str) -> list[str]:
    return sorted(code for code in acts() if code.rsplit(".", 1)[-1] in names)


def reason_given(how: str) -> Q:
    """Return the condition of entries whose reason a person gave so: `default` or `chosen`."""
    return Q(tags__regex=rf"(^|;){tags.GIVEN}={how}(;|$)")


def _first_number(moment: datetime) -> int:
    first = Entry.objects.filter(at__gte=moment).order_by("at").values_list("id", flat=True).first()
    return first if first is not None else (1 << 63) - 1


def midnight(day: date) -> datetime:
    """Return when a day begins where the node stands."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """Return when a day ends where the node stands."""
    return midnight(day + timedelta(days=1))


def link(name: str, *arguments: object) -> str:
    """Return the address of a page of ours, or "" while there is none."""
    try:
        return reverse(f"oversight:{name}", args=arguments)
    except NoReverseMatch:
        return ""
