"""Reads of feedback to sources: what was found that a source does not know yet, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.models import (
    EntryRecall,
    EntryVote,
    FeedbackFile,
    FileOpinion,
    HashList,
    ListEntry,
    ListSource,
    SourceFeedback,
)
from vaern.node.lists.rules.effects import WRONG
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import NOTICED, TYPES, UpState
from vaern.node.lists.upward import acts
from vaern.node.organisations import listings
from vaern.node.web.items import Rows, first_of
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

AT_ONCE = 200
"""Entries that one page offers."""

TO_WORK = Reason(Why.LIST_QUALITY)
ORDER = Order("-asked_at", "-id")
FILES = Order("-made_at", "-id")
DONE = (UpState.WAITS.value, UpState.SENT.value)


@dataclass(frozen=True)
class Found:
    """An entry of which the source does not know yet what an organisation found.

    Attributes:
        opinion: positive or negative.
        because: why it was recalled; "" where a vote says it.
        kinds: of its hashes, those of which the source takes opinions.
    """

    entry: ListEntry
    opinion: str
    because: str
    kinds: tuple[str, ...]


def source_of(hash_list: HashList) -> ListSource | None:
    """Return the source of a list; None where it is not fetched, or its source takes no opinions."""
    source: ListSource | None = ListSource.of(list=hash_list).first()
    return source if source is not None and SourceKind(source.kind) in TYPES else None


def takes_files(hash_list: HashList) -> bool:
    """Whether the source of a list takes no opinions itself, so that it is sent them as a file."""
    return source_of(hash_list) is None


def not_given(hash_list: HashList, most: int) -> list[Found]:
    """Return the first of what the organisation that keeps a list found and its source was not given by a file."""
    rows = unknown(hash_list, heard_by_files(hash_list)).order_by("pk")[:most]
    entries = []
    for row in rows:
        row.list = hash_list
        entries.append(Found(row, row.says, row.because or "", ()))
    return entries


def is_anything_not_given(hash_list: HashList) -> bool:
    """Whether anything was found of which the source was given no file."""
    return bool(unknown(hash_list, heard_by_files(hash_list)).exists())


def file_of(hash_list: HashList, number: int) -> FeedbackFile | None:
    """Return a file of feedback of a list that the viewer was given; None where there is none of that number."""
    found: FeedbackFile | None = FeedbackFile.of(list=hash_list).filter(pk=number).first()
    return found


def found(hash_list: HashList, kind: SourceKind, idents: Collection[str] | None = None) -> list[Found]:
    """Return the first of what the organisation that keeps a list found and its source does not know.

    Args:
        hash_list: that the viewer was given.
        kind: of its source.
        idents: of which entries; None for all.
    """
    rows = unknown(hash_list, _told(hash_list)).order_by("pk")
    rows = rows[:AT_ONCE] if idents is None else rows.filter(ident__in=idents)
    takes = TYPES[kind]
    entries = []
    for row in rows:
        row.list = hash_list
        kinds = dict.fromkeys(one.kind for one in row.record.signals if one.kind in takes)
        if kinds:
            entries.append(Found(row, row.says, row.because or "", tuple(kinds)))
    return entries


class Heard(NamedTuple):
    """What a source heard of the entries of a list.

    Attributes:
        denied: ids of the entries of which it heard, last or ever, that they do not belong on the list.
        denies: whether it heard that last of the entry of a row.
        knows: whether it heard last what the row says (`says`).
    """

    denied: QuerySet[Any]
    denies: Any
    knows: Any


def _told(hash_list: HashList) -> Heard:
    """What a source heard over its connection: each opinion stands for a kind of hash of an entry."""
    told = SourceFeedback.of(list=hash_list).filter(state__in=DONE)
    denied, of_row = told.filter(opinion="negative"), told.filter(ident=OuterRef("ident"))
    return Heard(
        denied.values("ident"),
        Exists(of_row.filter(opinion="negative")),
        Exists(of_row.filter(opinion=OuterRef("says"))),
    )


def heard_by_files(hash_list: HashList) -> Heard:
    """What a source heard by files that it was given: the one that was made last says it, whenever it was sent."""
    given = FileOpinion.of(file__list=hash_list).exclude(file__given_at=None)
    latest = given.filter(ident=OuterRef("ident")).order_by("-file__made_at", "-file").values("opinion")[:1]
    last = Coalesce(Subquery(latest), Value(""))
    return Heard(
        given.filter(opinion="negative").values("ident"),
        Case(When(Exact(last, Value("negative")), then=True), default=False, output_field=BooleanField()),
        Case(When(Exact(last, F("says")), then=True), default=False, output_field=BooleanField()),
    )


def unknown(hash_list: HashList, heard: Heard) -> QuerySet[Any]:
    """Return the entries of which the organisation that keeps the list says what the source was not told.

    A recall because the entry is wrong says no; else its own vote speaks, where its people viewed the file: what is
    taken over from somebody would count twice at the source. A no that was sent is taken back with its recall.
    """
    own = EntryVote.of(entry__list=hash_list).filter(organisation=hash_list.organisation_id)
    votes = own.filter(view="independent", opinion__in=["positive", "negative"])
    by_people = EntryRecall.of(list=hash_list).filter(by_source=False)
    recalls = by_people.filter(ended_at=None, why__in=[why.value for why in WRONG])
    concerned = Q(ident__in=recalls.values("ident")), Q(ident__in=heard.denied)
    ids = (
        votes.order_by()
        .values("entry")
        .union(*(ListEntry.of(list=hash_list).filter(one).order_by().values("pk") for one in concerned))
    )
    here = {"ident": OuterRef("ident")}
    return (
        ListEntry.of(list=hash_list)
        .filter(pk__in=ids)
        .exclude(state=EntryState.ENDED.value)
        .annotate(
            because=Subquery(recalls.filter(**here).values("why")[:1]),
            voted=Subquery(votes.filter(entry=OuterRef("pk")).values("opinion")[:1]),
            unsure=Exists(own.filter(entry=OuterRef("pk")).exclude(opinion="positive")),
            taken_back=Exists(by_people.filter(**here).exclude(ended_at=None)),
            denied=heard.denies,
        )
        .annotate(
            says=Case(
                When(because__isnull=False, then=Value("negative")),
                When(state=EntryState.RECALLED.value, then=Value(None)),
                When(voted__isnull=False, then=F("voted")),
                When(denied=True, taken_back=True, unsure=False, then=Value("positive")),
                default=Value(None),
                output_field=CharField(),
            )
        )
        .exclude(says=None)
        .annotate(known=heard.knows)
        .filter(known=False)
    )


@transaction.atomic
def told(viewer: Viewer, hash_list: HashList, state: str, parameters: Mapping[str, Any]) -> Page[SourceFeedback]:
    """Return a page of what the source of a list was told, the latest first; recorded."""
    rows = SourceFeedback.of(list=hash_list).select_related("asked_by")
    rows = rows.filter(state=state) if state else rows
    return listings.read(viewer, rows, ORDER, parameters, act=acts.LISTED, subject=hash_list.subject, reason=TO_WORK)


@transaction.atomic
def files(viewer: Viewer, hash_list: HashList, parameters: Mapping[str, Any]) -> Page[FeedbackFile]:
    """Return a page of the files that were downloaded for the source of a list, the newest first."""
    rows = FeedbackFile.of(list=hash_list).select_related("made_by", "given_by")
    subject = hash_list.subject
    return listings.read(viewer, rows, FILES, parameters, act=acts.LISTED, subject=subject, reason=TO_WORK)


def failed() -> Rows[SourceFeedback]:
    """Return the first of what a source refused, or could not be told for long, of the lists of the one in scope."""
    rows = SourceFeedback.objects.filter(Q(state=UpState.REFUSED.value) | Q(failures__gte=NOTICED))
    return first_of(rows.select_related("list").order_by("-asked_at", "-id"))
