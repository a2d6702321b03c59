"""Actions on a request for assistance. Each is one transaction with its entry; the table in `rules` says who may.

A request belongs to the desk that drafted it. A central authority sees it by a release and acts on it as itself; it
sees the request and what it rests on, and never the case.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.cases.assistance import acts, held_data, received_evidence
from vaern.node.cases.assistance.alarms import look_at
from vaern.node.cases.assistance.data import current, zones_of
from vaern.node.cases.assistance.incoming import delivery
from vaern.node.cases.assistance.labels import OBSTACLES
from vaern.node.cases.assistance.pinned_law import pin, read
from vaern.node.cases.assistance.question import (
    is_preserved,
    question_of,
    requesting_country,
    side_of,
    usable_now,
    values_of,
)
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, HeldData
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules import assistance, clocks
from vaern.node.cases.rules.assistance import Event, Obstacle, Option, State, Translation
from vaern.node.cases.rules.instruments import DataKind, Kind
from vaern.node.cases.rules.router import day_of, route
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from vaern.node.cases.assistance.incoming.delivery import Delivery
    from vaern.node.cases.models import Case
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.casework.releases.terms import Terms
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer

KEPT_FOR = timedelta(days=3 * 365)
"""From its draft to the day on which a request is erased, if its case is not erased before."""


@transaction.atomic
def draft(
    viewer: Viewer,
    reason: Reason,
    case: Case,
    instrument: str,
    *,
    holder: str,
    data: DataKind,
    held: HeldData | None = None,
    urgent: bool = False,
    language: str = "",
) -> AssistanceRequest:
    """Begin a request under an instrument against which nothing stands today; what it rests on is pinned to it.

    Raises:
        Refusal: the case is another's, or the instrument cannot be used or asks for nothing.
    """
    if case.organisation_id != viewer.organisation.id or (held and held.case_id != case.pk):
        raise Refusal(_("That case belongs to another organisation."))
    now, book = timezone.now(), current()
    requesting = requesting_country(viewer)
    preserved = held is not None and is_preserved(held, now)
    question = question_of(requesting, holder, data, now=now, urgent=urgent, preserved=preserved)
    if instrument not in {one.instrument.code for one in route(question, book).asked}:
        raise Refusal(_("That instrument does not reach this country today. The router says why."))
    made: AssistanceRequest = AssistanceRequest.everywhere.create(
        case=case,
        held=held,
        organisation=viewer.organisation,
        code=fresh_code(),
        synthetic=case.synthetic,
        instrument=instrument,
        requesting=requesting,
        holder=holder,
        data=data.value,
        urgent=urgent,
        pinned=pin(book, instrument, (requesting, holder), question.on, data),
        language=language.strip(),
        drafted_by=viewer.person,
        review_date=timezone.localdate() + KEPT_FOR,
    )
    record(acts.DRAFTED, made.subject, viewer.actor, reason)
    if held is not None:
        look_at(held, now)
    return made


@transaction.atomic
def write(
    viewer: Viewer,
    reason: Reason,
    request: AssistanceRequest,
    values: Mapping[str, str],
    language: str,
    translation: Translation,
) -> AssistanceRequest:
    """Fill in a request, and say how far its translation is.

    Raises:
        Refusal: not in this state, or not by them.
    """
    found = locked(viewer, request)
    _move(viewer, found, Event.WRITE)
    known = {one.code for one in read(found.pinned).form.fields}
    given = {code: text.strip() for code, text in values.items() if code in known and text.strip()}
    found.sealed = seal(msgspec.json.encode(given).decode(), SEALED)
    found.language, found.translation = language.strip(), translation.value
    found.save(update_fields=["sealed", "language", "translation", "state", "touched_at"])
    record(acts.WRITTEN, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def hand_over(
    viewer: Viewer, reason: Reason, request: AssistanceRequest, authority: UUID, terms: Terms | None = None
) -> AssistanceRequest:
    """Give a complete draft to a central authority: it sees the request by a release, and takes over.

    Terms are left out where it has sight of it already.

    Raises:
        Refusal: something required is missing, or that is no central authority, or it cannot receive.
        StateRefusal: not in this state.
    """
    found = locked(viewer, request)
    missing = assistance.completeness(read(found.pinned).form, values_of(found)).missing
    if missing:
        raise Refusal(_("Something that the instrument requires is missing."))
    valid = Release.valid().filter(kind=found.KIND, record=found.pk)
    if found.authority_id is not None and found.authority_id != authority:
        raise Conflict(_("Another authority has it: a request is with one authority at a time."))
    if not valid.filter(recipient=authority).exists():
        if terms is None:
            raise Conflict(_("Its sight of the request has ended: release it anew."))
        (made,) = releases.release(viewer, found, [authority], reason, terms, for_court=True)
        if made.recipient.kind != OrganisationKind.AUTHORITY:
            raise Refusal(_("That is no central authority."))
    _move(viewer, found, Event.HAND_OVER)
    found.authority_id = authority
    found.save(update_fields=["authority", "state", "touched_at"])
    note(viewer, found, Event.HAND_OVER, reason.words)
    record(acts.HANDED_OVER, found.subject, viewer.actor, reason, recipient=authority)
    return found


def obstacles(request: AssistanceRequest, now: datetime, book: Book | None = None) -> list[Obstacle]:
    """Return what stands between a request and its being sent; `book` as of `usable_now`."""
    complete = assistance.completeness(read(request.pinned).form, values_of(request))
    return assistance.obstacles(complete, Translation(request.translation), usable=usable_now(request, now, book))


@transaction.atomic
def send(viewer: Viewer, reason: Reason, request: AssistanceRequest, to: Delivery | None = None) -> AssistanceRequest:
    """Say that a request has left, now, under the law as it is today; that is pinned, and an answer is expected by it.

    Args:
        viewer: of the authority.
        reason: why.
        request: which.
        to: the authority of this node that it is for; None if it was sent by another channel.

    Raises:
        Refusal: it is not complete, not translated, the law does not allow it today, or that authority cannot be
            handed it here. StateRefusal: not in this state, or not by them.
    """
    found = locked(viewer, request)
    now = timezone.now()
    if found_obstacles := obstacles(found, now):
        raise Refusal(" ".join(str(OBSTACLES[one]) for one in found_obstacles))
    _move(viewer, found, Event.SEND)
    on = day_of(now, zones_of(found.requesting)[0])
    sides, data = (found.requesting, found.holder), DataKind(found.data)
    found.pinned = pin(current(), found.instrument, sides, on, data)
    law = read(found.pinned).instrument
    figure = (law.emergency if found.urgent else None) or law.expects
    found.sent_at = now
    found.expected_at = clocks.end_of(now, figure.span, zones_of(found.holder)) if figure else None
    found.save(update_fields=["pinned", "sent_at", "expected_at", "state", "touched_at"])
    note(viewer, found, Event.SEND, reason.words)
    record(
        acts.SENT, found.subject, viewer.actor, reason, tags={"instrument": found.instrument, "kind": law.kind.value}
    )
    if to is not None:
        delivery.deliver(viewer, reason, found, read(found.pinned), to)
    if found.held is not None:
        look_at(found.held, now)
    return found


ACTS: dict[Event, Act] = {
    Event.RETURN: acts.RETURNED,
    Event.ACKNOWLEDGE: acts.MOVED,
    Event.ASK: acts.MOVED,
    Event.CLARIFY: acts.MOVED,
    Event.EXECUTE: acts.MOVED,
    Event.REFUSE: acts.MOVED,
    Event.RECEIVE: acts.ANSWERED,
    Event.WITHDRAW: acts.WITHDRAWN,
    Event.NOTE_LIMITS: acts.MOVED,
}
"""The events that `happen` causes, with what the ledger says of them."""


@transaction.atomic
def happen(
    viewer: Viewer,
    reason: Reason,
    request: AssistanceRequest,
    event: Event,
    words: str = "",
    *,
    at: datetime | None = None,
    whole: bool = False,
) -> AssistanceRequest:
    """Record what happened to a request: one of `ACTS`. Evidence that came is registered in the case automatically.

    Args:
        viewer: of the desk, or of the authority.
        reason: why.
        request: which.
        event: what happened.
        words: what the other side wrote, what is asked, which limits on use it set; sealed.
        at: since when a preservation holds that was confirmed; now if left out.
        whole: all that was asked for is there, so that the clocks of the data stop.

    Raises:
        Refusal: words are needed, or the preservation would begin in the future. StateRefusal: not in this state, or
            not by them.
    """
    if event in {Event.RETURN, Event.ASK, Event.REFUSE, Event.NOTE_LIMITS} and not words.strip():
        raise Refusal(_("Say it in words: whoever reads it has to know."), field="text")
    case = received_evidence.lock_case(request) if event in {Event.RECEIVE, Event.NOTE_LIMITS} else None
    found = locked(viewer, request)
    _move(viewer, found, event)
    now = timezone.now()
    if event is Event.NOTE_LIMITS:
        found.limits = seal(words.strip(), SEALED)
    save_event(found, event, now)
    if case is not None and event is Event.RECEIVE:
        received_evidence.register(viewer, reason, found, case, words)
    elif case is not None:
        received_evidence.limit(viewer, reason, found, case, words.strip())
    confirm(found, event, at or now)
    if event is Event.RECEIVE and whole:
        held_data.answered(viewer, reason, found)
    if found.held is not None:
        look_at(found.held, now)
    note(viewer, found, event, words)
    tags = {"instrument": found.instrument} if event is Event.RECEIVE else None
    record(ACTS[event], found.subject, viewer.actor, reason, tags=tags)
    delivery.follow(viewer, reason, found, event, words)
    return found


def save_event(request: AssistanceRequest, event: Event, now: datetime) -> None:
    """Save a locked request after an event, with the moment of the first answer in substance."""
    if event in {Event.EXECUTE, Event.RECEIVE} and request.answered_at is None:
        request.answered_at = now
    request.save(update_fields=["state", "touched_at", "answered_at", "limits"])


def confirm(request: AssistanceRequest, event: Event, at: datetime) -> None:
    """Start the clock of a preservation that was executed."""
    law = read(request.pinned).instrument
    if event is Event.EXECUTE and law.kind is Kind.PRESERVE:
        held_data.confirmed(request, law, at)


@transaction.atomic
def correspond(viewer: Viewer, reason: Reason, request: AssistanceRequest, words: str) -> AssistanceNote:
    """Add a letter or a call to the correspondence.

    Raises:
        Refusal: there are no words, or they may only look at it.
    """
    if not words.strip():
        raise Refusal(_("Say it in words: whoever reads it has to know."), field="text")
    found = locked(viewer, request)
    made = note(viewer, found, "note", words)
    found.touched_at = timezone.now()
    found.save(update_fields=["touched_at"])
    record(acts.NOTED, found.subject, viewer.actor, reason)
    return made


@transaction.atomic
def decide(viewer: Viewer, reason: Reason, request: AssistanceRequest, option: Option) -> AssistanceRequest:
    """Decide how to continue a request whose law ended while it was out: as it is, anew, or not at all.

    Raises:
        Refusal: nothing ended, or it was decided. StateRefusal: it cannot be withdrawn any more.
    """
    found = locked(viewer, request)
    if found.ended_on is None or found.decided:
        raise Conflict(_("Nothing is to be decided: the law holds, or somebody decided."))
    if option is not Option.GO_ON:
        _move(viewer, found, Event.WITHDRAW)
    found.decided = option.value
    found.save(update_fields=["state", "decided", "touched_at"])
    note(viewer, found, option.value, reason.words)
    record(acts.DECIDED, found.subject, viewer.actor, reason)
    if option is not Option.GO_ON:
        delivery.follow(viewer, reason, found, Event.WITHDRAW, reason.words)
    return found


def locked(viewer: Viewer, request: AssistanceRequest) -> AssistanceRequest:
    """Lock a request on which the viewer acts, as desk or as authority, and return it as it is now.

    Raises:
        Refusal: it is gone, or they may only look at it.
    """
    rows = AssistanceRequest.objects.select_for_update(of=("self",), no_key=True).select_related("held__case", "case")
    found: AssistanceRequest | None = rows.filter(pk=request.pk).first()
    if found is None or side_of(viewer, found) is None:
        raise Conflict(_("This request belongs to another organisation, or was erased."))
    return found


def _move(viewer: Viewer, request: AssistanceRequest, event: Event) -> None:
    """Move a locked request to its next state; the caller saves it."""
    request.state = assistance.after(State(request.state), event, side_of(viewer, request)).value
    request.touched_at = timezone.now()


def note(viewer: Viewer, request: AssistanceRequest, event: str, words: str, *, named: bool = True) -> AssistanceNote:
    """Add a line to the correspondence, in the caller's transaction; it names no person of the requested authority."""
    made: AssistanceNote = AssistanceNote.everywhere.create(
        request=request,
        organisation=viewer.organisation,
        event=str(event),
        by=viewer.person if named else None,
        sealed=seal(words.strip(), SEALED),
    )
    return made
