"""Reads of feedback: on entries of one's own lists, and what one's own organisation contests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from vaern.node.base.rows import one_or_none
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.lists.feedback import acts
from vaern.node.lists.models import EntryFeedback, HashList, ListEntry
from vaern.node.lists.rules.feedback import AGREES, FeedbackState
from vaern.node.organisations import listings
from vaern.node.organisations.models import Organisation
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import SIZE
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LISTS = Subject("feedback")
TO_WORK = Reason(Why.LIST_QUALITY)
ORDER = Order("-at", "-id", list="list", came="at")
OPEN = Q(outcome="") & ~Q(opinion=AGREES)


@dataclass(frozen=True)
class FeedbackSearch:
    """Which feedback is wanted; "" for all.

    Attributes:
        list: short name.
        state: as of `FeedbackState`.
        organisation: id of whose it is.
    """

    list: str = ""
    state: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Given:
    """A page of feedback, with what its rows and its filters name.

    Attributes:
        entries: by list and id, those that the lists have.
        lists: the viewer's lists, by short name.
        organisations: who gave feedback on them, by id.
    """

    page: Page[EntryFeedback]
    entries: dict[tuple[str, str], ListEntry]
    lists: dict[str, str]
    organisations: dict[str, str]


def _own() -> QuerySet[EntryFeedback]:
    """The feedback on lists that the viewer's organisation keeps, whoever gave it."""
    return EntryFeedback.everywhere.filter(list__in=HashList.own.values("name"))


@transaction.atomic
def feedback(
    viewer: Viewer,
    search: FeedbackSearch,
    parameters: Mapping[str, Any],
    reason: Reason = TO_WORK,
    size: int = SIZE,
) -> Given:
    """Return a page of the feedback on entries of the viewer's own lists, the latest first; recorded."""
    found = _own()
    if search.list:
        found = found.filter(list=search.list)
    if search.state:
        found = found.filter(OPEN) if search.state == FeedbackState.OPEN else found.exclude(OPEN)
    if search.organisation:
        found = found.filter(organisation=UUID(search.organisation))
    page = listings.read(
        viewer,
        found.select_related("organisation", "by", "answered_by"),
        ORDER,
        parameters,
        size,
        act=acts.LISTED,
        subject=LISTS,
        reason=reason,
        looked="feedback",
        came="at",
    )
    return Given(page, _entries(page.rows), dict(HashList.own.order_by("title").values_list("name", "title")), givers())


def givers() -> dict[str, str]:
    """Return the organisations that gave feedback on the viewer's own lists: their names, by id."""
    gave = Organisation.all_nodes.filter(pk__in=_own().order_by().values("organisation")).order_by("name")
    return {str(id): name for id, name in gave.values_list("pk", "name")}


def _entries(rows: Iterable[EntryFeedback]) -> dict[tuple[str, str], ListEntry]:
    wanted = {(row.list, row.entry) for row in rows if row.entry}
    found = ListEntry.objects.select_related("list__organisation").filter(
        list__name__in={name for name, _ident in wanted}, ident__in={ident for _name, ident in wanted}
    )
    return {(one.list.name, one.ident): one for one in found if (one.list.name, one.ident) in wanted}


def find(number: int) -> EntryFeedback | None:
    """Return feedback on a list of the viewer's organisation, by its number."""
    found: EntryFeedback | None = one_or_none(_own().select_related("organisation", "by").filter(pk=number))
    return found


def entry_of(feedback: EntryFeedback) -> ListEntry | None:
    """Return the entry that feedback is about; None where the list has none."""
    return _entries([feedback]).get((feedback.list, feedback.entry))


@transaction.atomic
def contests(viewer: Viewer, parameters: Mapping[str, Any]) -> Given:
    """Return a page of what the viewer's organisation contests, with the answers; recorded."""
    found = EntryFeedback.objects.exclude(claim="").select_related("by")
    page = listings.read(viewer, found, ORDER, parameters, act=acts.OWN_LISTED, subject=LISTS, reason=TO_WORK)
    names = {row.list for row in page.rows}
    titles = dict(HashList.objects.filter(name__in=names).values_list("name", "title"))
    return Given(page, _entries(page.rows), titles, {})


@dataclass(frozen=True)
class Waiting:
    """What waits: feedback to answer, and answers that nobody here has read."""

    to_answer: Rows[EntryFeedback]
    answered: Rows[EntryFeedback]


def waiting(viewer: Viewer) -> Waiting:
    """Return the first of what waits for the viewer's organisation."""
    title = Subquery(HashList.objects.filter(name=OuterRef("list")).values("title")[:1])
    waits = _own().filter(OPEN).select_related("organisation").annotate(title=title)
    unread = EntryFeedback.objects.exclude(claim="").exclude(outcome="").filter(read_at=None).annotate(title=title)
    return Waiting(first_of(waits.order_by("at", "id")), first_of(unread.order_by("answered_at", "id")))
