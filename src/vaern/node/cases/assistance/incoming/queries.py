"""Every reading of requests of other countries: takes the viewer, and records that it was read.

They are of the authority that was asked, and of the desk that executes as long as it sees them; nobody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.sealing import unseal
from vaern.node.cases.assistance import queries as held
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.incoming.locks import side_of
from vaern.node.cases.assistance.incoming.state import asker_of, dues_of, values_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import AssistanceNote, HeldData, IncomingDocument, IncomingRequest
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules import assistance as ours
from vaern.node.cases.rules import incoming
from vaern.node.cases.rules.incoming import OPEN, Event, State, Who
from vaern.node.cases.rules.said_law import differences, lines_of
from vaern.node.casework.sheets import history_of
from vaern.node.exchange.inbox.reading import opened
from vaern.node.exchange.outbox.progress import of_last
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.web.items import Rows, rows_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from vaern.node.cases.assistance.pinned_law import Pinned
    from vaern.node.cases.assistance.queries import Kept
    from vaern.node.cases.rules.assistance import Completeness
    from vaern.node.cases.rules.said_law import Difference
    from vaern.node.cases.rules.terms import Due
    from vaern.node.casework.releases.elsewhere import Progress
    from vaern.node.ledger.models import Entry
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject(IncomingRequest.KIND)
LOOKED = Reason(Why.LEGAL_ASSISTANCE)
FOR_DESK = frozenset({Event.PASS, Event.TAKE_BACK, Event.GIVE_BACK, Event.EXECUTE, Event.NOT_YET, "note"})
"""Lines of the correspondence that a desk reads: what it was asked, and what it said itself."""


def find_document(viewer: Viewer, id: UUID, number: int) -> IncomingDocument | None:
    """Return a document of a request of the viewer's own organisation."""
    rows = IncomingDocument.objects.select_related("request")
    found: IncomingDocument | None = rows.filter(request=id, number=number).first()
    return found


ORDER = Order(
    "-urgent",
    "due_at",
    "id",
    code="code",
    country="requesting",
    instrument="instrument",
    urgent="urgent",
    state=by_rank("state", State),
    due="due",
    until="due_at",
    desk=words("desk__name"),
)


@transaction.atomic
def requests(viewer: Viewer, state: str, parameters: Mapping[str, Any]) -> Page[IncomingRequest]:
    """Return a page of the requests that the viewer may see: urgent first, then what is due first; recorded."""
    rows = IncomingRequest.objects.select_related("organisation", "desk")
    if state == "late":
        rows = rows.exclude(due="").filter(due_at__lte=timezone.now())
    elif state == "all":
        pass
    elif state:
        rows = rows.filter(state=state)
    else:
        rows = rows.filter(state__in=[one.value for one in OPEN])
    return listings.read(
        viewer,
        rows,
        ORDER,
        parameters,
        act=acts.LISTED,
        subject=LIST,
        reason=LOOKED,
        looked="incoming",
        came="touched_at",
    )


@dataclass(frozen=True)
class Sheet:
    """All that the page of a request shows to one side.

    Attributes:
        side: as whom the viewer acts; None where they only look.
        possible: the events that they can cause now.
        asker: the authority that asks, and its reference; not for a desk, which has no word with them.
        kept: data that are kept for the requesting authority, with their clocks; for the requested authority alone.
        differences: where the law of the node on which it was written is otherwise than ours; likewise.
        progress: how far our last word has come to an authority on another node; None where there is none.
    """

    request: IncomingRequest
    law: Pinned
    values: dict[str, str]
    complete: Completeness
    dues: list[Due]
    side: Who | None
    possible: list[Event]
    asker: tuple[str, str]
    notes: list[tuple[AssistanceNote, str]]
    documents: list[IncomingDocument]
    kept: Kept | None
    history: list[Entry]
    differences: list[Difference]
    progress: Progress | None


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, request: IncomingRequest, reason: Reason) -> Sheet:
    """Return a request with its clocks and its correspondence, as far as the viewer's side goes; recorded."""
    record(acts.CONSULTED, request.subject, viewer.actor, reason)
    law, side, state = read(request.pinned), side_of(viewer, request), State(request.state)
    of_authority = side is Who.AUTHORITY
    if request.about and of_authority and viewer.person:
        opened(request.about)
    values = {code: text for code, text in values_of(request).items() if of_authority or code in _for_desk(law)}
    here = [(event, step) for (before, event), step in incoming.TRANSITIONS.items() if before is state]
    possible = [event for event, step in here if side and step.is_for(side) and _sensible(request, event)]
    kept = HeldData.of(incoming=request).first() if of_authority else None
    return Sheet(
        request,
        law,
        values,
        ours.completeness(law.form, values),
        dues_of(request),
        side,
        possible,
        asker_of(request) if of_authority else ("", ""),
        _notes(request, whole=of_authority),
        list(IncomingDocument.objects.filter(request=request).order_by("number")),
        held.kept_of(kept) if kept else None,
        history_of(request) if of_authority else [],
        differences(lines_of(request.pinned), request.said["law"]) if of_authority and request.said else [],
        of_last([request.about]).get(request.about) if of_authority and request.about else None,
    )


def _for_desk(law: Pinned) -> frozenset[str]:
    return frozenset(one.code for one in law.form.fields if not one.withheld)


def _sensible(request: IncomingRequest, event: Event) -> bool:
    if event is Event.ACKNOWLEDGE:
        return request.acknowledged_at is None
    if event is Event.REOPEN:
        return request.sender_id is None
    return event is not Event.WRITE or request.sender_id is None


def _notes(request: IncomingRequest, *, whole: bool) -> list[tuple[AssistanceNote, str]]:
    rows = AssistanceNote.of(incoming=request).select_related("by", "organisation").order_by("id")
    if not whole:
        passed = rows.filter(event=Event.PASS.value).values_list("pk", flat=True).first() or 0
        rows = rows.filter(pk__gte=passed, event__in=[str(one) for one in FOR_DESK])
    return [(one, unseal(one.sealed, SEALED)) for one in rows]


@dataclass(frozen=True)
class Waiting:
    """What waits for an organisation: urgent first, then what is due first.

    Attributes:
        new: received and not yet acknowledged.
        late: something was due by now.
        to_answer: executed, and not answered.
        to_execute: what a desk has to execute.
    """

    new: Rows[IncomingRequest]
    late: Rows[IncomingRequest]
    to_answer: Rows[IncomingRequest]
    to_execute: Rows[IncomingRequest]


MOST = 2_000
"""Requests that the front page tells apart."""


def waiting(viewer: Viewer) -> Waiting:
    """Return what waits for the viewer's organisation."""
    here, now = viewer.organisation, timezone.now()
    rows = IncomingRequest.objects.filter(Q(organisation=here) | Q(desk=here, state=State.WITH_DESK.value))
    rows = rows.filter(Q(state__in=[one.value for one in OPEN]) | ~Q(due="")).defer("pinned", "sealed", "asked_by")
    found = list(rows.order_by("-urgent", "due_at", "id")[:MOST])
    own = [one for one in found if one.organisation_id == here.pk]
    to_desk = [one for one in found if one.desk_id == here.pk and one.state == State.WITH_DESK.value]
    return Waiting(
        new=rows_of([one for one in own if one.state == State.RECEIVED.value]),
        late=rows_of([one for one in own if one.due and one.due_at <= now]),
        to_answer=rows_of([one for one in own if one.state == State.EXECUTED.value]),
        to_execute=rows_of(to_desk),
    )


def codes_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of some requests of the viewer's organisation, by id."""
    return dict(IncomingRequest.own.filter(pk__in=list(ids)).values_list("pk", "code"))
