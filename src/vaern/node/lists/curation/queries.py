"""Every reading of lists and their entries: takes the viewer, returns what they may see, and records it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaern.node.casework.releases import queries as releases
from vaern.node.casework.sheets import Sheet, look
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Verb, Why
from vaern.node.lists.base import acts
from vaern.node.lists.base.queries import Found, asked_of, by_hash, own_contest, own_vote, recorded, unseen, votes_of
from vaern.node.lists.base.subsets import subsets_with
from vaern.node.lists.curation import numbers
from vaern.node.lists.curation.since import Since, since_of
from vaern.node.lists.models import EntryAct, HashList, ListEntry, NumberedEntry
from vaern.node.lists.quarantine.queries import Aside, aside_of, causes_of
from vaern.node.lists.rules.entries import MATCHED, TO_DECIDE, EntryState
from vaern.node.lists.rules.lists import Holds, told
from vaern.node.organisations import listings
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.models import Release
    from vaern.node.lists.models import EntryFeedback, EntryQuarantine, EntryVote, ListSubset
    from vaern.node.organisations.viewers import Viewer

LISTS = Subject("list")
TO_WORK = Reason(Why.LIST_QUALITY)
"""Why people look at lists: to keep them right."""

REVIEW_SOON = timedelta(days=14)
"""How long before its review date a list is shown as due."""

MOST_HISTORY = 50
MOST_WAITING = 10
"""Entries that wait for a person that the page of a list names; it leads to the others by their state."""

ORDER = Order(
    "-created_at",
    "id",
    title=words("title"),
    organisation=words("organisation__name"),
    live="live",
    disputed="disputed",
    quarantined="quarantined",
    recalled="recalled",
    review="review_date",
)
ENTRIES = Order("-change", "id")


@dataclass(frozen=True)
class EntrySearch:
    """Which entries of a list are wanted.

    Attributes:
        text: a hash in hexadecimal, whose entry and near ones are found; what else the list holds, in any spelling; or
            the id of an entry, or what another system calls one.
        state, classification, series: as the entry has them; empty for all.
        number: those that carry an external identifier of the viewer's organisation (`any`), or one that another
            record of theirs carries too (`shared`); empty for all.
    """

    text: str = ""
    state: str = ""
    classification: str = ""
    series: str = ""
    number: str = ""


@dataclass(frozen=True)
class ListSheet(Sheet[HashList]):
    """What the page of a list shows beside its entries.

    Attributes:
        releases: who receives it.
        waiting: entries that wait for a person, the oldest change first.
        since: how these came to wait, by their numbers.
        causes: why the node set those in quarantine aside, by their numbers.
    """

    releases: list[Release]
    waiting: list[ListEntry]
    since: dict[int, Since]
    causes: dict[int, EntryQuarantine]


@dataclass(frozen=True)
class ListPage:
    """All that the page of a list shows.

    Attributes:
        entries: a page of them; None where a hash was looked for.
        found: what a hash led to; None where none was looked for.
    """

    sheet: ListSheet
    search: EntrySearch
    entries: Page[ListEntry] | None
    found: list[Found] | None


@transaction.atomic
def lists(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[HashList]:
    """Return a page of the lists that the viewer may see; recorded with how many were shown."""
    return listings.read(
        viewer,
        HashList.objects.select_related("organisation__member"),
        ORDER,
        parameters,
        act=acts.LISTED,
        subject=LISTS,
        reason=TO_WORK,
        looked="lists",
        came="created_at",
    )


@transaction.atomic
def state(viewer: Viewer, hash_list: HashList, reason: Reason) -> HashList:
    """Return a list to a program that asks where it stands; recorded as a consultation."""
    record(acts.CONSULTED, hash_list.subject, viewer.actor, reason)
    return hash_list


@transaction.atomic(savepoint=False)
def opened(
    viewer: Viewer, hash_list: HashList, reason: Reason, search: EntrySearch, parameters: Mapping[str, Any]
) -> ListPage:
    """Return what the page of a list shows, with a page of its entries; recorded as both."""
    sheet, given = look(viewer, hash_list, reason, acts.CONSULTED), releases.releases_of(viewer, hash_list)
    signals = asked_of(hash_list, search.text)
    found = by_hash(hash_list, signals)
    by_its_hash = bool(found or (signals and not told(Holds(hash_list.holds))))  # an address may also be an entry's id
    own = hash_list.organisation_id == viewer.organisation.id
    waits = _waiting(viewer, hash_list) if own and not by_its_hash else []  # whoever looks for one file is shown that
    read = ListSheet(sheet, given, waits, since_of(waits), causes_of(waits))
    if not own:
        search = replace(search, number="")  # whoever received it noted none, and is offered no such filter
    if by_its_hash:
        _searched(viewer, hash_list, reason, search, len(found))
        return ListPage(read, search, None, found)
    return ListPage(read, search, entries(viewer, hash_list, reason, search, parameters), None)


@transaction.atomic(savepoint=False)
def entries(
    viewer: Viewer, hash_list: HashList, reason: Reason, search: EntrySearch, parameters: Mapping[str, Any]
) -> Page[ListEntry]:
    """Return a page of the entries of a list, the last changed first; recorded with how many were shown."""
    text = search.text.strip()
    asked = {"state": search.state, "classification": search.classification, "series": search.series}
    found = ListEntry.of(list=hash_list).filter(**{column: value for column, value in asked.items() if value})
    if text:
        found = found.filter(ident__in=[text, *numbers.idents_with(viewer, hash_list, text)])
    if search.number:
        found = found.filter(ident__in=numbers.idents_having(viewer, hash_list, search.number))
    page = paginate(found, ENTRIES, parameters)
    if text or search.number or any(asked.values()):
        _searched(viewer, hash_list, reason, search, len(page.rows), named=bool(page.rows))
    else:
        record(acts.ENTRIES_LISTED, hash_list.subject, viewer.actor, reason, count=len(page.rows))
    return page


def named_entries(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return of entries that carry identifiers, by the ids of the ledger, the names of their list and of themselves."""
    rows = NumberedEntry.objects.filter(pk__in=list(ids)).values_list("pk", "list__name", "ident")
    return {id: (name, ident) for id, name, ident in rows}


def _searched(
    viewer: Viewer, hash_list: HashList, reason: Reason, search: EntrySearch, count: int, *, named: bool = False
) -> None:
    text = recorded(hash_list, search.text, named=named)
    asked = " ".join(filter(None, (text, search.state, search.classification, search.series, search.number)))
    record(acts.ENTRIES_SEARCHED, hash_list.subject, viewer.actor, reason, count=count, details=asked)


@dataclass(frozen=True)
class EntryPage:
    """What the page of an entry shows.

    Attributes:
        own: whether the list is of the viewer's organisation.
        vote: of the viewer's organisation; None where it gave none.
        contest: how the viewer's organisation contests it, or contested it last; None where it never did.
        votes: of everybody; None while the viewer's organisation has yet to vote: votes are blind to each other.
        history: what was done to it, the latest first; for whoever keeps the list.
        aside: why the node set it aside, with its hits; for whoever keeps the list.
        since: how it came to wait for a person; for whoever works on the list, and None of one that does not wait.
        subsets: in which subsets of the list it is; for whoever keeps the list.
        classes_differ: votes give it several classes of one scheme, and whoever sees votes may know.
    """

    hash_list: HashList
    entry: ListEntry
    own: bool
    vote: EntryVote | None
    contest: EntryFeedback | None
    votes: list[EntryVote] | None
    history: list[LedgerEntry]
    aside: Aside | None
    since: Since | None
    subsets: list[ListSubset]
    classes_differ: bool


OF_CLASSES = (acts.CLASSES_DIFFER.code, acts.ENTRIES_CLASSES_DIFFER.code, acts.CLASS_STAYS.code)
"""Acts that tell that votes contradict each other, and so nobody who is blind to them."""


@transaction.atomic
def entry_page(viewer: Viewer, entry: ListEntry, reason: Reason) -> EntryPage:
    """Return what is known of an entry; recorded as a consultation."""
    record(acts.ENTRY_CONSULTED, entry.subject, viewer.actor, reason)
    hash_list = entry.list
    own = hash_list.organisation_id == viewer.organisation.id
    vote = own_vote(viewer, entry)
    differ = asks_which_class(entry)
    works = own and viewer.may(Permission.HASHLIST_WORK)
    settles = works and (EntryState(entry.state) is EntryState.DISPUTED or differ)
    sees = settles or not unseen(viewer, [entry])
    return EntryPage(
        hash_list,
        entry,
        own,
        vote,
        own_contest(entry),
        votes_of(entry) if sees else None,
        _history(entry, () if works or sees else OF_CLASSES) if own else [],
        aside_of(entry) if own else None,
        since_of([entry]).get(entry.pk) if works else None,
        subsets_with(entry) if own else [],
        differ and sees,
    )


def _history(entry: ListEntry, hidden: Collection[str]) -> list[LedgerEntry]:
    """Return what was done to an entry, by itself or with many others, the latest first."""
    with_others = list(EntryAct.of(list=entry.list).filter(entry=entry.pk).values_list("act", flat=True))
    about = Q(kind=entry.KIND, subject=entry.subject.id)
    if with_others:
        about |= Q(pk__in=with_others)
    done = LedgerEntry.objects.filter(about).exclude(verb=Verb.CONSULTATION.value).exclude(act__in=hidden)
    found = list(done.order_by("-id")[:MOST_HISTORY])
    for one in found:
        one.act = acts.OF_MANY.get(one.act, one.act)
    return found


def asks_which_class(entry: ListEntry) -> bool:
    """Whether a person has to say which class an entry has. One in quarantine waits for another decision first."""
    return entry.classes_since is not None and EntryState(entry.state) in MATCHED


def _waiting(viewer: Viewer, hash_list: HashList) -> list[ListEntry]:
    states = [state.value for state in TO_DECIDE if getattr(hash_list, state.value)]
    waiting = ListEntry.of(list=hash_list).filter(state__in=states).order_by("state", "change")
    found = list(waiting[:MOST_WAITING]) if states else []
    for one in found:
        one.list = hash_list
    if not viewer.may(Permission.HASHLIST_WORK):  # others of the organisation are blind to the votes
        return found
    named = {one.pk for one in found}
    differ = _with_classes(ListEntry.of(list=hash_list)).order_by("classes_since", "id")[:MOST_WAITING]
    return [*found, *(one for one in differ if one.pk not in named)]


def _with_classes(entries: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
    """Return those among entries of which a person has to say which class they have."""
    return entries.filter(classes_since__isnull=False, state__in=[state.value for state in MATCHED])


@dataclass(frozen=True)
class Waiting:
    """What waits for whoever keeps lists.

    Attributes:
        entries: to decide on.
        causes: why they were set aside, by entry.
        since: how they came to wait, by entry.
        classes: entries to which votes give several classes of one scheme.
        due: lists that end soon.
    """

    entries: Rows[ListEntry]
    causes: dict[int, EntryQuarantine]
    since: dict[int, Since]
    classes: Rows[ListEntry]
    due: Rows[HashList]


def waiting(viewer: Viewer) -> Waiting:
    """Return the first of what waits for the viewer's organisation."""
    own = HashList.own.all()
    states = [state.value for state in TO_DECIDE]
    entries = ListEntry.of(list__in=own).filter(state__in=states).select_related("list")
    soon = timezone.localdate() + REVIEW_SOON
    first = first_of(entries.order_by("change", "id"))
    return Waiting(
        first,
        causes_of(first.first),
        since_of(first.first),
        first_of(_with_classes(ListEntry.of(list__in=own)).select_related("list").order_by("classes_since", "id")),
        first_of(own.filter(review_date__lte=soon).order_by("review_date", "id")),
    )
