"""Every reading of requests, held data and their clocks: takes the viewer, and records that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from vaern.node.base.sealing import unseal
from vaern.node.cases.assistance import acts, sight
from vaern.node.cases.assistance.actions import obstacles
from vaern.node.cases.assistance.alarms import by_held, expectations, running, truth
from vaern.node.cases.assistance.pinned_law import Pinned, read
from vaern.node.cases.assistance.question import side_of, values_of
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, Evidence, HeldData, KeepingClock
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules import assistance, clocks
from vaern.node.cases.rules.assistance import OPEN, OUT, Event, State, Who
from vaern.node.casework.sheets import history_of
from vaern.node.exchange.inbox.reading import opened
from vaern.node.exchange.outbox.progress import of_first
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.web.items import Rows, rows_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.cases.models import Case
    from vaern.node.cases.rules.assistance import Completeness, Obstacle
    from vaern.node.cases.rules.clocks import Alarm
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.casework.releases.elsewhere import Progress
    from vaern.node.ledger.models import Entry
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject(AssistanceRequest.KIND)
LOOKED = Reason(Why.LEGAL_ASSISTANCE)


ORDER = Order(
    "-touched_at",
    "id",
    code="code",
    instrument="instrument",
    holder="holder",
    state=by_rank("state", State),
    desk=words("organisation__name"),
    expected="expected_at",
    touched="touched_at",
)
CLOCKS = Order("ends_at", "id", case="held__case__code", data=words("held__label"), basis="basis", ends="ends_at")


@transaction.atomic
def requests(viewer: Viewer, state: str, parameters: Mapping[str, Any]) -> Page[AssistanceRequest]:
    """Return a page of the requests that the viewer may see, the last touched first; recorded."""
    rows = AssistanceRequest.objects.select_related("organisation", "authority")
    if state == "open":
        rows = rows.filter(state__in=[one.value for one in OPEN])
    elif state:
        rows = rows.filter(state=state)
    return listings.read(
        viewer,
        rows,
        ORDER,
        parameters,
        act=acts.LISTED,
        subject=LIST,
        reason=LOOKED,
        looked="assistance",
        came="touched_at",
    )


@dataclass(frozen=True)
class Watched:
    """A clock as a page shows it: computed now, whatever the job has recorded.

    Attributes:
        alarms: what it has to say by now.
    """

    clock: KeepingClock
    alarms: tuple[Alarm, ...]
    lapsed: bool


@dataclass(frozen=True)
class Kept:
    """Data that a provider holds, with their clocks.

    Attributes:
        details: provider and identifier, unsealed.
        lost_on: when they are gone, by the clocks that run; None if none does.
        expected: when the answer may be expected that is waited for.
    """

    held: HeldData
    details: dict[str, str]
    clocks: tuple[Watched, ...]
    lost_on: datetime | None
    expected: datetime | None

    @property
    def too_early(self) -> bool:
        """Whether they are lost before the answer can be expected."""
        return bool(self.lost_on and self.expected and self.lost_on < self.expected)


@transaction.atomic(savepoint=False)
def kept_for(viewer: Viewer, case: Case, reason: Reason) -> list[Kept]:
    """Return what providers hold for a case, with the clocks; recorded."""
    held = list(HeldData.objects.filter(case__in=whole(case)).order_by("created_at", "id"))
    if held:
        record(acts.DATA_CONSULTED, case.subject, viewer.actor, reason, count=len(held))
    return _kept(held)


def kept_of_request(request: AssistanceRequest) -> Kept | None:
    """Return the data of a request that the caller may see, for both sides of it; under the request's entry."""
    return kept_of(request.held) if request.held else None


def kept_of(held: HeldData) -> Kept:
    """Return some data with their clocks, under the caller's entry."""
    return _kept([held])[0]


def _kept(held: list[HeldData]) -> list[Kept]:
    now = timezone.now()
    rows = KeepingClock.of(held__in=held).select_related("held").order_by("ends_at", "id")
    grouped, expected = by_held(rows), expectations(held, now)
    found = []
    for one in held:
        mine = grouped.get(one.pk, [])
        watched = tuple(watch(clock, now, expected.get(one.pk)) for clock in mine)
        lost = clocks.lost_on(running(clock) for clock in mine)
        found.append(Kept(one, details_of(one), watched, lost, expected.get(one.pk)))
    return found


def watch(clock: KeepingClock, now: datetime, expected: datetime | None) -> Watched:
    """Return a clock with the alarms that it has given by now."""
    return Watched(clock, tuple(truth(clock, now, expected)), running(clock).lapsed(now))


def details_of(held: HeldData) -> dict[str, str]:
    """Return provider and identifier of held data."""
    text = unseal(held.sealed, SEALED)
    return msgspec.json.decode(text.encode(), type=dict[str, str]) if text else {}


def find_held(viewer: Viewer, id: UUID) -> HeldData | None:
    """Return held data of the viewer's organisation."""
    found: HeldData | None = HeldData.objects.select_related("case", "incoming").filter(pk=id).first()
    return found


def find_clock(viewer: Viewer, id: int) -> KeepingClock | None:
    """Return a clock of the viewer's organisation."""
    found: KeepingClock | None = (
        KeepingClock.objects.select_related("held__case", "held__incoming").filter(pk=id).first()
    )
    return found


@transaction.atomic
def ending(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> tuple[list[Watched], Page[KeepingClock]]:
    """Return a page of the clocks of the viewer's organisation that run or ran out unnoted, as they end; recorded."""
    now = timezone.now()
    rows = _unsettled().select_related("held__case", "held__incoming")
    page = listings.read(
        viewer, rows, CLOCKS, parameters, size, act=acts.DATA_CONSULTED, subject=Subject("case"), reason=LOOKED
    )
    expected = expectations({clock.held_id: clock.held for clock in page.rows}.values(), now)
    found = [watch(clock, now, expected.get(clock.held_id)) for clock in page.rows]
    return found, page


def _unsettled() -> Any:
    return KeepingClock.objects.filter(settled_at=None, noted_at=None)


@dataclass(frozen=True)
class Sheet:
    """All that the page of a request shows.

    Attributes:
        side: as whom the viewer acts; None where they only look.
        possible: the events that they can cause now.
        late: the answer was to be expected by now.
        sight_ends: when the sight of the authority that has it ends, or ended; None where none has it.
        evidence: what came in answer, in the register of the case; empty for an authority, which does not see that.
        progress: how far the request has come to the authority on another node; None where it did not go there.
    """

    request: AssistanceRequest
    law: Pinned
    values: dict[str, str]
    complete: Completeness
    obstacles: list[Obstacle]
    side: Who | None
    possible: list[Event]
    notes: list[tuple[AssistanceNote, str]]
    kept: Kept | None
    limits: str
    history: list[Entry]
    late: bool
    sight_ends: datetime | None
    evidence: list[Evidence]
    progress: Progress | None


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, request: AssistanceRequest, reason: Reason, book: Book | None = None) -> Sheet:
    """Return a request with its correspondence and its clocks; recorded. `book` as of `question.usable_now`."""
    record(acts.CONSULTED, request.subject, viewer.actor, reason)
    law, values, side, now = read(request.pinned), values_of(request), side_of(viewer, request), timezone.now()
    state = State(request.state)
    if request.sent_to_id and side is Who.AUTHORITY and viewer.person:
        opened(request.pk)
    here = [(event, step) for (before, event), step in assistance.TRANSITIONS.items() if before is state]
    possible = [event for event, step in here if side and step.is_for(side)]
    rows = AssistanceNote.of(request=request).select_related("by", "organisation").order_by("id")
    return Sheet(
        request,
        law,
        values,
        assistance.completeness(law.form, values),
        obstacles(request, now, book) if state in {State.DRAFT, State.AT_AUTHORITY} else [],
        side,
        possible,
        [(one, unseal(one.sealed, SEALED)) for one in rows],
        kept_of_request(request),
        unseal(request.limits, SEALED),
        history_of(request),
        state in OUT and request.expected_at is not None and request.expected_at < now,
        sight.ends([request]).get(request.pk),
        list(Evidence.objects.filter(request=request).order_by("number")),
        of_first([request.pk]).get(request.pk) if request.sent_to_id else None,
    )


@dataclass(frozen=True)
class Waiting:
    """What waits for an organisation, computed now, by clock.

    Attributes:
        near: clocks that end within 14 days.
        lapsed: clocks that ran out and of which nobody took note.
        early: clocks that end before the answer can be expected.
        to_send: requests that a central authority has to look at.
        late: requests whose answer was to be expected by now.
        ended: requests whose law ended while they are out, undecided.
        clarify: requests on which the other side asks something.
        unseen, unseen_soon: requests that the central authority no longer sees, or not beyond 14 days.
        drafts: requests at the desk: those that came back, and those that were begun.
        answered: requests whose answer, or refusal, came since a moment.
    """

    near: Rows[KeepingClock]
    lapsed: Rows[KeepingClock]
    early: Rows[KeepingClock]
    to_send: Rows[AssistanceRequest]
    late: Rows[AssistanceRequest]
    ended: Rows[AssistanceRequest]
    clarify: Rows[AssistanceRequest]
    unseen: Rows[AssistanceRequest]
    unseen_soon: Rows[AssistanceRequest]
    drafts: Rows[AssistanceRequest]
    answered: Rows[AssistanceRequest]


MOST = 2_000
"""Clocks and requests that the front page tells apart."""

CLOCK = ("ends_at", "known_at", "settled_at", "lapsed_at", "held__label", "held__case__code", "held__incoming__code")
"""What it says of a clock."""

REQUEST = ("code", "state", "organisation", "authority", "expected_at", "ended_on", "decided", "touched_at")
"""What it says of a request."""

ANSWERED = frozenset({State.EXECUTED, State.EVIDENCE_RECEIVED, State.REFUSED})


def waiting(viewer: Viewer, since: datetime | None = None) -> Waiting:
    """Return what waits for the viewer's organisation; answers that came from `since` on are news."""
    now = timezone.now()
    rows = list(_unsettled().select_related("held__case", "held__incoming").only(*CLOCK).order_by("ends_at")[:MOST])
    expected = expectations({clock.held_id: clock.held for clock in rows}.values(), now)
    live = [clock for clock in rows if clock.ends_at > now]
    ours, me = _open_ones(viewer, since or now), viewer.organisation.id
    seen = sight.ends(ours)

    def having(test: Callable[[AssistanceRequest], object]) -> Rows[AssistanceRequest]:
        return rows_of([one for one in ours if test(one)])

    def out(one: AssistanceRequest) -> bool:
        return State(one.state) in OUT

    return Waiting(
        near=rows_of([clock for clock in live if clock.ends_at - now <= clocks.WARNED[0]]),
        lapsed=rows_of([clock for clock in rows if clock.ends_at <= now]),
        early=rows_of([c for c in live if (at := expected.get(c.held_id)) is not None and c.ends_at < at]),
        to_send=having(lambda one: one.authority_id == me and one.state == State.AT_AUTHORITY.value),
        late=having(lambda one: out(one) and one.expected_at is not None and one.expected_at < now),
        ended=having(lambda one: out(one) and one.ended_on is not None and not one.decided),
        clarify=having(lambda one: one.state == State.CLARIFICATION.value),
        unseen=having(lambda one: one.pk in seen and seen[one.pk] <= now),
        unseen_soon=having(lambda one: one.pk in seen and now < seen[one.pk] <= now + clocks.WARNED[0]),
        drafts=having(lambda one: one.state == State.DRAFT.value and one.organisation_id == me),
        answered=having(lambda one: State(one.state) in ANSWERED and one.touched_at >= (since or now)),
    )


def _open_ones(viewer: Viewer, since: datetime) -> list[AssistanceRequest]:
    """Return the requests of the viewer's organisation that may wait for something; `came_back`: it was returned."""
    here = viewer.organisation
    open_states = [state.value for state in OPEN]
    recent = Q(state__in=[state.value for state in ANSWERED], touched_at__gte=since)
    back = AssistanceNote.of(request=OuterRef("pk")).filter(event=Event.RETURN.value)
    rows = AssistanceRequest.objects.filter(Q(organisation=here) | Q(authority=here))
    rows = rows.filter(Q(state__in=open_states) | recent).annotate(came_back=Exists(back))
    return list(rows.only(*REQUEST).order_by(F("expected_at").asc(nulls_last=True), "id")[:MOST])


def requests_of(viewer: Viewer, case: Case) -> list[AssistanceRequest]:
    """Return the requests of a case, the last touched first; under the case's own entry."""
    rows = AssistanceRequest.objects.filter(case__in=whole(case), organisation=case.organisation_id)
    columns = ("code", "pinned", "holder", "state", "expected_at", "answered_at", "touched_at", "ended_on", "decided")
    return list(rows.only(*columns).order_by("-touched_at", "id"))


def codes_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of some requests of the viewer's organisation, by id."""
    return dict(AssistanceRequest.own.filter(pk__in=list(ids)).values_list("pk", "code"))


def later_clocks(clock: KeepingClock) -> QuerySet[KeepingClock]:
    """Return the clocks of the same data that run longer, the first to end first: one of them can take its place."""
    found = KeepingClock.objects.filter(held=clock.held, settled_at=None, lapsed_at=None, ends_at__gt=clock.ends_at)
    return found.select_related("held").order_by("ends_at")
