"""Reads of the work list, the funnel and one series: what the viewer may see; each read is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from vaern.node.casework.releases import elsewhere
from vaern.node.casework.releases.queries import given_sight
from vaern.node.casework.sheets import Sheet, look
from vaern.node.external import queries as external
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.victims.clues.queries import clues_of
from vaern.node.victims.models import Clue, Member, Series
from vaern.node.victims.rules.series import FUNNEL, State, due_after
from vaern.node.victims.sharing.queries import milestones_of
from vaern.node.victims.sheet import acts, looks
from vaern.node.victims.sheet.graded import grades
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import SIZE, Page, paginate
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

Shown = TypeVar("Shown")

LIST = Subject("series")
TO_WORK = Reason(Why.VICTIM_IDENTIFICATION)
"""Why people look at the list: to find their work in it. They are asked when they open a series."""


@dataclass(frozen=True)
class Search:
    """A search for series.

    Attributes:
        text: a code, or the beginning of one; or an external identifier, whole.
        state: one of `rules.State`, or empty for what somebody has to do something about.
        whose: `own`, `released`, `mine`, or empty.
        new: `yes` for only what is new since the viewer last looked.
        number: `any` with an external identifier, `shared` with one that is on another record too; own series alone.
    """

    text: str = ""
    state: str = ""
    whose: str = ""
    new: str = ""
    number: str = ""


@dataclass(frozen=True)
class SeriesSheet(Sheet[Series]):
    """The head of a series' page; its parts supply the rest.

    Attributes:
        accepted: the viewer's organisation accepted it.
        looked_at: when the viewer last looked, before now; None if never.
        news: how many files, clues and milestones came since; empty if they never looked.
    """

    accepted: bool
    looked_at: datetime | None
    news: dict[str, int]


@dataclass(frozen=True)
class Files:
    """A page of the files of a series.

    Attributes:
        grades: what was said at workstations, and of how many of all its files.
    """

    page: Page[Member]
    grades: list[tuple[str, int]]


SOON = timedelta(days=14)
"""How long before its review date a series is shown as due."""

MOST_HISTORY = 15
"""Entries of the ledger that the overview shows; the timeline says what matters, oversight has them all."""

ORDER = Order(
    "-changed_at",
    "id",
    code="code",
    state=by_rank("state", State),
    country="country__code",
    files="members_total",
    since="state_since",
    organisation=words("organisation__name"),
    changed="changed_at",
)


@transaction.atomic
def series_list(
    viewer: Viewer, search: Search, parameters: Mapping[str, Any], size: int = SIZE, reason: Reason = TO_WORK
) -> Page[Series]:
    """Return a page of the series that the viewer may see; recorded with how many were shown."""
    found = Series.objects.filter(absorbed_into=None).select_related("organisation__member", "country", "working")
    found = _narrowed(viewer, found, search)
    return listings.read(
        viewer, found, ORDER, parameters, size, act=acts.LISTED, subject=LIST, reason=reason, details=search.text
    )


def _narrowed(viewer: Viewer, found: QuerySet[Series], search: Search) -> QuerySet[Series]:
    if search.text:
        text = search.text.replace("\0", "")
        found = found.filter(Q(code__istartswith=text) | Q(pk__in=external.roots(viewer, Series.KIND, text)))
    if search.state:
        found = found.filter(state=search.state)
    if search.whose == "own":
        found = found.filter(organisation=viewer.organisation)
    elif search.whose == "released":
        found = found.exclude(organisation=viewer.organisation)
    elif search.whose == "mine":
        found = found.filter(working=viewer.person)
    if search.number:
        found = found.filter(external.having(viewer, Series.KIND, search.number))
    if search.new:
        found = found.filter(~looks.seen(viewer))
    return found


def funnel(viewer: Viewer) -> dict[State, int]:
    """Return how many series the viewer may see in each state. Numbers only, so nothing is recorded."""
    counted = Series.objects.filter(absorbed_into=None).values("state").annotate(n=Count("pk")).order_by()
    found = {State(row["state"]): row["n"] for row in counted}
    return {state: found.get(state, 0) for state in (*FUNNEL, State.STOPPED)}


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, series: Series, reason: Reason) -> SeriesSheet:
    """Return the head of a series' page, recorded as a consultation; and note that the viewer looked."""
    at = look(viewer, series, reason, acts.CONSULTED, most=MOST_HISTORY)
    before = looks.note(viewer, series)
    if series.is_copy and before is None and (release := given_sight(viewer, series)) is not None:
        elsewhere.read(release)
    news = news_since(viewer, series, before) if before else {}
    return SeriesSheet(at, series.accepted_by_id == viewer.organisation.id, before, news)


@transaction.atomic(savepoint=False)
def members(viewer: Viewer, series: Series, reason: Reason, parameters: Mapping[str, Any], size: int = SIZE) -> Files:
    """Return a page of the files of a series, each with why it is there; recorded with how many were shown."""
    found = Member.of(series__in=Series.objects.filter(pk=series.pk))
    found = found.select_related("because", "scan", "report", "added_by", "finding", "item")
    page = paginate(found, ("id",), parameters, size)
    record(acts.MEMBERS_CONSULTED, series.subject, viewer.actor, reason, count=len(page.rows))
    return Files(page, grades(series))


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody who works on series.

    Attributes:
        unsafe: children who are identified and of whom nobody has said that they are safe.
        late: series whose clock has run out; new: series that nobody has analysed.
        ending: own series close to their end date.
    """

    unsafe: Rows[Series]
    late: Rows[Series]
    new: Rows[Series]
    ending: Rows[Series]


def waiting(viewer: Viewer) -> Waiting:
    """Return the first of what waits, by clock."""
    of_ours = Q(organisation=viewer.organisation) | Q(accepted_by=viewer.organisation)
    ours = Series.objects.filter(of_ours, absorbed_into=None).select_related("working")
    now, soon = timezone.now(), timezone.localdate() + SOON
    late = Q()
    for state in State:
        within = due_after(state)
        if within and state not in {State.IDENTIFIED, State.NEW}:
            late |= Q(state=state.value, state_since__lt=now - within)
    by_clock = ("state_since", "id")
    return Waiting(
        unsafe=first_of(ours.filter(state=State.IDENTIFIED.value).order_by(*by_clock)),
        late=first_of(ours.filter(late).order_by(*by_clock)),
        new=first_of(ours.filter(state=State.NEW.value).order_by(*by_clock)),
        ending=first_of(
            ours.filter(organisation=viewer.organisation, review_date__lte=soon).order_by("review_date", "id")
        ),
    )


@transaction.atomic(savepoint=False)
def consulted(read: Callable[[Viewer, Series], Shown], viewer: Viewer, series: Series, reason: Reason) -> Shown:
    """Return what a further page of a series shows, which is read without an entry of its own; recorded as a look."""
    record(acts.CONSULTED, series.subject, viewer.actor, reason)
    return read(viewer, series)


def news_since(viewer: Viewer, series: Series, since: datetime) -> dict[str, int]:
    """Return how many files, clues and milestones came since a moment: numbers, as far as the viewer may know."""
    is_new = Clue.of(series=series).filter(written_at__gt=since).exists()
    clues = [read for read in clues_of(viewer, series) if read.clue.written_at > since] if is_new else []
    reached = [one for one in milestones_of(viewer, series) if one.milestone.said_at > since]
    return {
        "files": Member.of(series=series).filter(added_at__gt=since).count(),
        "clues": len(clues),
        "milestones": len(reached),
    }


def codes_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of the viewer's organisation's series, for the pages of the cross-check."""
    return dict(Series.objects.filter(pk__in=list(ids)).values_list("pk", "code"))
