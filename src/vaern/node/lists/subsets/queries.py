"""Every reading of subsets of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Count

from vaern.node.casework.releases import queries as releases
from vaern.node.casework.sheets import Sheet, look
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.base.subsets import opened_subset
from vaern.node.lists.models import ListEntry, ListStands, ListSubset
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.subsets import SMALL, Stands, weigh
from vaern.node.lists.subsets import acts
from vaern.node.organisations import listings
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.models import Release
    from vaern.node.lists.models import HashList
    from vaern.node.lists.rules.subsets import Weighed
    from vaern.node.organisations.viewers import Viewer

SUBSETS = Subject(ListSubset.KIND)
TO_WORK = Reason(Why.LIST_QUALITY)
ORDER = Order(
    "-created_at", "id", title=words("title"), list=words("list__title"), organisation=words("organisation__name")
)
ENTRIES = Order("-change", "id")


class Terms(NamedTuple):
    """How many entries of a list stand under which terms.

    Attributes:
        counted: these.
        at: when they were counted, where the list has changed since; None where they are as of now.
    """

    counted: dict[Stands, int]
    at: datetime | None


class Counted(NamedTuple):
    """How many entries a subset has, and how many stay.

    Attributes:
        weighed: these.
        at: when they were counted, where the list has changed since; None where they are as of now.
    """

    weighed: Weighed
    at: datetime | None


@dataclass(frozen=True)
class SubsetPage(Sheet[ListSubset]):
    """What the page of a subset shows.

    Attributes:
        on_disk: how many entries it has on disk; None where it is not there yet.
        weighed: how many entries of the list it has, and how many stay, with when that was counted; for its owner.
        entries: a page of those it has.
        releases: who receives it; for its owner.
    """

    on_disk: int | None
    weighed: Counted | None
    entries: Page[ListEntry]
    releases: list[Release]


@transaction.atomic
def subsets(viewer: Viewer, parameters: Mapping[str, Any]) -> Page[ListSubset]:
    """Return a page of the subsets that the viewer may see: its own, and those it receives; recorded."""
    return listings.read(
        viewer,
        ListSubset.objects.select_related("organisation__member", "list"),
        ORDER,
        parameters,
        act=acts.LISTED,
        subject=SUBSETS,
        reason=TO_WORK,
        looked="subsets",
        came="created_at",
    )


@transaction.atomic(savepoint=False)
def opened(viewer: Viewer, subset: ListSubset, reason: Reason, parameters: Mapping[str, Any]) -> SubsetPage:
    """Return what the page of a subset shows; recorded, with how many of its entries were shown."""
    seen = look(viewer, subset, reason, acts.CONSULTED)
    page = paginate(entries(subset), ENTRIES, parameters)
    record(acts.ENTRIES_LISTED, subset.subject, viewer.actor, reason, count=len(page.rows))
    on_disk = opened_subset(subset)
    return SubsetPage(
        seen,
        None if on_disk is None else on_disk.entries,
        as_counted(subset) if seen.own else None,
        page,
        releases.releases_of(viewer, subset) if seen.own else [],
    )


def entries(subset: ListSubset) -> QuerySet[ListEntry]:
    """Return the entries that a subset has."""
    columns = subset.selection.columns(subset.list.stands)
    said = {f"{column}__in": values for column, values in columns.items()}
    found: QuerySet[ListEntry] = _matched(subset.list).filter(**said)
    return found


def weighed(subset: ListSubset) -> Weighed:
    """Return how many entries of its list a subset has, and how many stay, and why."""
    return weigh(subset.selection, subset.list.stands, counted(subset.list))


def as_counted(subset: ListSubset) -> Counted:
    """Return the same without counting a large list: as it was counted last."""
    found = terms_of(subset.list)
    return Counted(weigh(subset.selection, subset.list.stands, found.counted), found.at)


def terms_of(hash_list: HashList) -> Terms:
    """Return how many entries of a list stand under which terms: of a large one as they were counted last."""
    if hash_list.matched <= SMALL or hash_list.stands_at is None:
        return Terms(counted(hash_list), None)
    rows = ListStands.of(list=hash_list).values_list(*Stands._fields, "entries")
    found = {Stands(*said): n for *said, n in rows}
    return Terms(found, None if hash_list.stands_change == hash_list.change else hash_list.stands_at)


def counted(hash_list: HashList) -> dict[Stands, int]:
    """Return how many entries of a list are matched under which terms, as their source says these."""
    rows = _matched(hash_list).order_by().values_list(*Stands._fields).annotate(n=Count("pk"))
    return {Stands(*said): n for *said, n in rows}


def _matched(hash_list: HashList) -> QuerySet[ListEntry]:
    found: QuerySet[ListEntry] = ListEntry.of(list=hash_list).filter(state__in=[state.value for state in MATCHED])
    return found


def of_list(hash_list: HashList) -> list[ListSubset]:
    """Return the subsets of a list of the viewer's organisation."""
    found = list(ListSubset.of(list=hash_list).order_by("title", "id"))
    for one in found:
        one.list = hash_list
    return found


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how people call subsets, by id; those of the viewer's organisation alone."""
    return dict(ListSubset.own.filter(pk__in=list(ids)).values_list("pk", "title"))
