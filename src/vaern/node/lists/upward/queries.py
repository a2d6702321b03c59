"""Reads of feedback to sources: what was found that a source does not know yet, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.models import EntryRecall, EntryVote, HashList, ListEntry, ListSource, SourceFeedback
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


def found(hash_list: HashList, kind: SourceKind, idents: Collection[str] | None = None) -> list[Found]:
    """Return the first of what the organisation that keeps a list found and its source does not know.

    Args:
        hash_list: that the viewer was given.
        kind: of its source.
        idents: of which entries; None for all.
    """
    rows = unknown(hash_list).order_by("pk")
    rows = rows[:AT_ONCE] if idents is None else rows.filter(ident__in=idents)
    takes = TYPES[kind]
    entries = []
    for row in rows:
        row.list = hash_list
        kinds = dict.fromkeys(one.kind for one in row.record.signals if one.kind in takes)
        if kinds:
            entries.append(Found(row, row.says, row.because or "", tuple(kinds)))
    return entries


def unknown(hash_list: HashList) -> QuerySet[Any]:
    """Return the entries of which the organisation that keeps the list says what the source was not told.

    A recall because the entry is wrong says no; else its own vote speaks, where its people viewed the file: what is
    taken over from somebody would count twice at the source. A no that was sent is taken back with its recall.
    """
    own = EntryVote.of(entry__list=hash_list).filter(organisation=hash_list.organisation_id)
    votes = own.filter(view="independent", opinion__in=["positive", "negative"])
    by_people = EntryRecall.of(list=hash_list).filter(by_source=False)
    recalls = by_people.filter(ended_at=None, why__in=[why.value for why in WRONG])
    told = SourceFeedback.of(list=hash_list)
    denied = told.filter(opinion="negative", state__in=DONE)
    concerned = Q(ident__in=recalls.values("ident")), Q(ident__in=denied.values("ident"))
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
            denied=Exists(denied.filter(**here)),
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
        .exclude(Exists(told.filter(**here, opinion=OuterRef("says"), state__in=DONE)))
    )


@transaction.atomic
def told(viewer: Viewer, hash_list: HashList, state: str, parameters: Mapping[str, Any]) -> Page[SourceFeedback]:
    """Return a page of what the source of a list was told, the latest first; recorded."""
    rows = SourceFeedback.of(list=hash_list).select_related("asked_by")
    rows = rows.filter(state=state) if state else rows
    return listings.read(viewer, rows, ORDER, parameters, act=acts.LISTED, subject=hash_list.subject, reason=TO_WORK)


def failed() -> Rows[SourceFeedback]:
    """Return the first of what a source refused, or could not be told for long, of the lists of the one in scope."""
    rows = SourceFeedback.objects.filter(Q(state=UpState.REFUSED.value) | Q(failures__gte=NOTICED))
    return first_of(rows.select_related("list").order_by("-asked_at", "-id"))
