"""Queries of locations, hosts, holds and blocks: each takes the viewer and records the read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from vaern.node.base.rows import one_or_none
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.organisations import listings
from vaern.node.reports.base.precedents import nothing
from vaern.node.reports.models import Block, Check, Hold, Location, Notice
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LOCATION_DONE, LocationState
from vaern.node.reports.takedown import acts, elsewhere
from vaern.node.reports.takedown.locks import TO_REMOVE
from vaern.node.web.items import MOST_COUNTED, Rows, first_of, first_of_each, rows_of
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report
    from vaern.node.web.paging import Page

WAITING = frozenset({LocationState.UNTRACED, LocationState.TRACED, LocationState.MOVED})
"""States in which a place waits for a trace and a notice."""

DONE = sorted(state.value for state in LOCATION_DONE)
LIST = Subject("report")
SHOWN = 100
"""Rows of one location that its page shows, of each kind."""


def all_done(report: Report) -> bool:
    """Whether all locations of a report are done: offline, blocked or given up."""
    return not Location.of(report=report).exclude(state__in=DONE).exists()


def find(viewer: Viewer, report: UUID, id: UUID) -> Location | None:
    """Return a location of the viewer's own organisation, to act on it; shows nothing, so not recorded."""
    return one_or_none(_whole(Location.objects).filter(pk=id, report=report, organisation=viewer.organisation))


def find_alone(viewer: Viewer, id: UUID) -> Location | None:
    """Return a location by its own id, for programs; shows nothing, so not recorded."""
    return one_or_none(_whole(Location.objects).filter(pk=id, organisation=viewer.organisation))


def _whole(rows: Any) -> QuerySet[Location]:
    """Return locations with all that a page says of each: `reminded` is how often its last notice was repeated."""
    found = rows.select_related(
        "report__organisation__member", "organisation__member", "item", "host", "owner", "registrar", "traced_by"
    )
    return with_check(_with_reminders(found))  # type: ignore[no-any-return]


def _with_reminders(rows: Any) -> Any:
    return rows.annotate(reminded=Coalesce(Subquery(_last_notice("reminded")), 0))


def _last_notice(field: str) -> Any:
    return Notice.of(location=OuterRef("pk")).order_by("-sent_at", "-id").values(field)[:1]


def with_check(rows: Any) -> Any:
    """Annotate locations with `to_check`: the host says that it is gone, and no check has found it there since.

    The answer to the last notice counts, as in `portal.answer`.
    """
    seen = Check.of(location=OuterRef("pk")).filter(there=True, at__gte=OuterRef("said_at"))
    gone = Q(state=LocationState.NOTIFIED.value, said="removed") & ~Exists(seen)
    answer, at = (Subquery(_last_notice(field)) for field in ("answer", "answer_at"))
    return rows.annotate(said=Coalesce(answer, Value("")), said_at=at).annotate(
        to_check=ExpressionWrapper(gone, output_field=BooleanField())
    )


@dataclass(frozen=True)
class Sheet:
    """The contents of a location's page.

    Attributes:
        hold: the police hold that is running, or None.
        block: the block that is in force, or None.
    """

    location: Location
    notices: list[Notice]
    holds: list[Hold]
    checks: list[Check]
    blocks: list[Block]
    hold: Hold | None
    block: Block | None


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, location: Location, reason: Reason) -> Sheet:
    """Return the contents of a location's page; recorded as a consultation of its report."""
    record(acts.LOCATION_CONSULTED, location.report.subject, viewer.actor, reason)
    holds = list(Hold.objects.filter(location=location).select_related("owner").order_by("-started_at")[:SHOWN])
    blocks = list(Block.objects.filter(location=location).select_related("made_by").order_by("-made_at")[:SHOWN])
    now = timezone.now()
    return Sheet(
        location=location,
        notices=list(Notice.objects.filter(location=location).select_related("host").order_by("-sent_at")[:SHOWN]),
        holds=holds,
        checks=list(Check.objects.filter(location=location).select_related("by").order_by("-at")[:SHOWN]),
        blocks=blocks,
        hold=next((hold for hold in holds if hold.ended_at is None and hold.ends_at > now), None),
        block=next((block for block in blocks if block.lifted_at is None), None),
    )


def of_report(report: Report) -> list[Location]:
    """Return the locations of a report for its page, whose consultation is recorded there.

    What notices say is asked of those that a host was notified of.
    """
    columns = ("report", "state", "level", "next_step_at", "first_notified_at", "item__sealed", "host__name")
    rows = Location.objects.filter(report=report).select_related("item", "host").only(*columns)
    found: list[Location] = list(rows.order_by("item__number"))
    told = [one.pk for one in found if one.state == LocationState.NOTIFIED.value]
    said = _with_reminders(with_check(Location.objects.filter(pk__in=told))).values_list("pk", "reminded", "to_check")
    marks = {pk: (reminded, to_check) for pk, reminded, to_check in said} if told else {}
    for one in found:
        one.reminded, one.to_check = marks.get(one.pk, (0, False))
    return found


ORDER = Order(
    "created_at",
    "id",
    report="report__code",
    state=by_rank("state", LocationState),
    host=words("host__name"),
    level="level",
    up="-created_at",
    next="next_step_at",
)
LAST_ANSWER = Subquery(
    Notice.of(location=OuterRef("pk")).filter(answer_at__isnull=False).order_by("-answer_at").values("answer_at")[:1]
)


def states_of(report: Report) -> list[tuple[UUID, LocationState]]:
    """Return id and state of each location of a report, in the order of its items."""
    rows = Location.objects.filter(report=report).order_by("item__number").values_list("pk", "state")
    return [(pk, LocationState(state)) for pk, state in rows]


def waiting_for_notice(report: Report) -> list[Location]:
    """Return the locations of a report that wait for a trace and a notice, for its page."""
    rows = _whole(Location.objects).filter(report=report, state__in=sorted(one.value for one in WAITING))
    return list(rows.order_by("item__number"))


def last_traced_beside(locations: Sequence[Location]) -> Location | None:
    """Return the last traced location of the same organisation under the same host name, if they share one name."""
    names = {bytes(one.item.host_key) for one in locations if one.item.host_key}
    if len(names) != 1:
        return None
    rows = Location.objects.filter(item__host_key__in=names, host__isnull=False, traced_at__isnull=False)
    found: Location | None = rows.filter(organisation=locations[0].organisation).order_by("-traced_at").first()
    return found


@transaction.atomic
def still_up(
    viewer: Viewer, state: str, parameters: Mapping[str, Any], size: int = 50, *, waits: str = ""
) -> Page[Location]:
    """Return a page of locations that are not done, or in one state, or wait for one of `WAITS`, the oldest first.

    Recorded. The front page names the same rows (`waiting`).
    """
    found = _whole(Location.objects).filter(organisation=viewer.organisation)
    if waits:
        found = waits_for(found, waits)
    if state:
        found = found.filter(state=state)
    elif not waits:
        found = found.exclude(state__in=DONE)
    return listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        size,
        act=acts.LOCATIONS_LISTED,
        subject=LIST,
        reason=TO_REMOVE,
        looked="locations",
        came=Greatest("created_at", LAST_ANSWER),
    )


def with_wrong_conclusion(rows: Any) -> Any:
    """Filter locations whose report or item is concluded as "no action"."""
    return rows.filter(Q(report__actionable=False) | Q(nothing("item"), report__actionable=True))


WAITS = ("police", "overdue", "need_more", "to_check", "to_correct")
"""For what a location that a host was notified of can wait: see `waits_for`."""


def waits_for(rows: Any, what: str) -> Any:
    """Filter locations that wait for one of `WAITS`.

    They are: at the police channel; a step that the node could not take; an answer to a host that needs more; a check
    whether it is gone, as the host says; a correction of a wrong conclusion, in any state.
    """
    told = Notice.of(location=OuterRef("pk"))
    if what == "to_correct":
        return with_wrong_conclusion(rows).filter(Exists(told.filter(corrected_at=None)))
    rows = rows.filter(state=LocationState.NOTIFIED.value)
    if what == "police":
        return rows.filter(level=takedown.Level.POLICE)
    if what == "need_more":
        return rows.filter(Exists(told.filter(answer="need_more")))
    if what == "to_check":
        return with_check(rows.filter(Exists(told.filter(answer="removed")))).filter(to_check=True)
    return with_check(rows.filter(next_step_at__lt=timezone.now())).filter(to_check=False)


OF_STATE = ("moved", "untraced", "traced")
"""States in which a location waits for the desk by itself."""

ROW = (
    "created_at",
    "id",
    "report_id",
    "report__code",
    "report__offence",
    "report__urgent",
    "host__name",
)
"""What the front page says of a location."""


@dataclass(frozen=True)
class Waiting:
    """What waits in the takedown for an organisation, the oldest first.

    Attributes:
        locations: rows of `ROW`, by one of `WAITS` or `OF_STATE`.
        appeals: undecided appeals against blocks.
        blocks: blocks whose conclusion was wrong.
    """

    locations: dict[str, Rows[dict[str, Any]]]
    appeals: Rows[Block]
    blocks: Rows[Block]


def waiting(viewer: Viewer) -> Waiting:
    """Return what waits for the viewer's organisation, as `waits_for` finds it.

    What takes long to ask is asked only of an organisation that has such locations, notices or blocks at all.
    """
    own = Location.objects.filter(organisation=viewer.organisation)
    states = set(own.exclude(state__in=DONE).values_list("state", flat=True).distinct())
    alone = {state: own.filter(state=state) for state in OF_STATE if state in states}
    if Notice.objects.filter(organisation=viewer.organisation).exists():
        alone["to_correct"] = waits_for(own, "to_correct")
    is_blocking = Block.objects.filter(organisation=viewer.organisation, lifted_at=None).exists()
    blocks = list(_blocks_that_wait(viewer)) if is_blocking else []
    nothing_waits: dict[str, Rows[dict[str, Any]]] = dict.fromkeys((*OF_STATE, *WAITS), Rows())
    return Waiting(
        nothing_waits
        | (_notified(own) if LocationState.NOTIFIED.value in states else {})
        | (first_of_each(alone, ROW) if alone else {}),
        rows_of([one for one in blocks if one.appealed_at and one.appeal_upheld is None]),
        rows_of([one for one in blocks if one.wrong]),
    )


def _notified(own: QuerySet[Location]) -> dict[str, Rows[dict[str, Any]]]:
    """Return what waits of locations that a host was notified of: read once, and told apart here."""
    told, now = Notice.of(location=OuterRef("pk")), timezone.now()
    waits = Q(level=takedown.Level.POLICE) | Q(next_step_at__lt=now) | Exists(told.exclude(answer=""))
    rows = with_check(own.filter(waits, state=LocationState.NOTIFIED.value))
    rows = rows.annotate(asks=Exists(told.filter(answer="need_more"))).order_by("created_at", "id")
    found = list(rows.values(*ROW, "level", "next_step_at", "to_check", "asks")[:MOST_COUNTED])
    return {
        "police": rows_of([row for row in found if row["level"] == takedown.Level.POLICE]),
        "overdue": rows_of([row for row in found if _is_overdue(row, now)]),
        "need_more": rows_of([row for row in found if row["asks"]]),
        "to_check": rows_of([row for row in found if row["to_check"]]),
    }


def _is_overdue(row: dict[str, Any], now: datetime) -> bool:
    return row["next_step_at"] is not None and row["next_step_at"] < now and not row["to_check"]


def _blocks_that_wait(viewer: Viewer) -> QuerySet[Block]:
    """Return the standing blocks with an appeal that nobody decided, or a wrong conclusion, the oldest first."""
    appealed = Q(appealed_at__isnull=False, appeal_upheld=None)
    found = _blocks(viewer).filter(appealed | Q(wrong=True)).select_related("location__report")
    return found.order_by("made_at", "id")[:MOST_COUNTED]


def answered(viewer: Viewer, since: datetime) -> Rows[Notice]:
    """Return the notices that a host has answered since a moment with nothing left to do, the latest first."""
    found = Notice.objects.filter(organisation=viewer.organisation, answer_at__gte=since, location__state__in=DONE)
    columns = ("answer", "answers", "answer_at", "host__name", "location__report__code", "location__report__offence")
    found = found.select_related("location__report", "host").only(*columns)
    return first_of(found.order_by("-answer_at", "id"))


@dataclass(frozen=True)
class HoldsCounted:
    """Numbers of police holds: total, running, time held, and holds by other desks."""

    count: int
    running: int
    held: timedelta
    elsewhere: int


def holds_counted(viewer: Viewer, since: datetime | None = None) -> HoldsCounted:
    """Return how often and for how long police holds delayed the viewer's organisation; counts only."""
    rows = Hold.objects.filter(organisation=viewer.organisation)
    if since:
        rows = rows.filter(started_at__gte=since)
    now, held, running, count = timezone.now(), timedelta(0), 0, 0
    for started, ends, ended in rows.values_list("started_at", "ends_at", "ended_at"):
        count += 1
        running += ended is None and ends > now
        held += (ended or min(ends, now)) - started
    return HoldsCounted(count, running, held, elsewhere.counted(viewer))


BLOCKS = Order(
    "review_date",
    "id",
    report="location__report__code",
    made="made_at",
    review="review_date",
    appeal="appealed_at",
    wrong="wrong",
)


@transaction.atomic
def blocks(
    viewer: Viewer, parameters: Mapping[str, Any], *, appealed: bool = False, wrong: bool = False
) -> Page[Block]:
    """Return a page of the blocking list, the first due for review first; recorded.

    Args:
        viewer: who reads it.
        parameters: of the page.
        appealed: only those with an appeal that nobody decided.
        wrong: only those whose conclusion was wrong.
    """
    found = _blocks(viewer, appealed=appealed, wrong=wrong).select_related(
        "location__report", "location__item", "made_by"
    )
    return listings.read(viewer, found, BLOCKS, parameters, act=acts.BLOCKS_LISTED, subject=LIST, reason=TO_REMOVE)


def standing_blocks(viewer: Viewer) -> QuerySet[Block]:
    """Return the unlifted blocks of the viewer's organisation, annotated with `wrong`: its conclusion was wrong."""
    found: Any = Block.objects.filter(organisation=viewer.organisation, lifted_at=None)
    there = Location.of(pk=OuterRef("location"))
    return found.annotate(wrong=Exists(with_wrong_conclusion(there)))  # type: ignore[no-any-return]


def _blocks(viewer: Viewer, *, appealed: bool = False, wrong: bool = False) -> QuerySet[Block]:
    found: Any = standing_blocks(viewer)
    if appealed:
        found = found.filter(appealed_at__isnull=False, appeal_upheld=None)
    return found.filter(wrong=True) if wrong else found  # type: ignore[no-any-return]


def find_block(viewer: Viewer, id: UUID) -> Block | None:
    """Return a block of the viewer's organisation, to decide on it; shows nothing, so not recorded."""
    found: Block | None = (
        Block.objects.filter(pk=id, organisation=viewer.organisation)
        .select_related("location__report", "location__item", "made_by", "organisation__member")
        .first()
    )
    return found


@transaction.atomic
def block_read(viewer: Viewer, block: Block, reason: Reason) -> None:
    """Record the read of a block with its appeal, as a consultation of its report."""
    record(acts.LOCATION_CONSULTED, block.location.report.subject, viewer.actor, reason)
