"""Actions on data that a provider holds and on their clocks; each transaction first checks the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.alarms import look_at, tags_of
from vaern.node.cases.assistance.data import current, zones_of
from vaern.node.cases.models import HeldData, KeepingClock
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.clocks import Origin, Settled
from vaern.node.cases.rules.router import day_of
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from vaern.node.cases.models import AssistanceRequest, Case, IncomingRequest
    from vaern.node.cases.rules.instruments import DataKind, Figure, Instrument
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

ORIGINS = {
    "budapest-29": Origin.ART_29,
    "us-2703f": Origin.US_2703F,
    "us-2258a": Origin.CYBERTIP,
    "us-2258a-90": Origin.CYBERTIP,
    "epoc-pr": Origin.EPOC_PR,
}
"""Which instrument a clock's basis comes from; every other one is `OTHER`."""


def origin_of(instrument: Instrument) -> Origin:
    """Return the basis of a clock that an instrument starts."""
    return ORIGINS.get(instrument.code, Origin.OTHER)


def law_of(origin: Origin, on: date) -> Instrument | None:
    """Return the instrument on which a clock of this origin rests that began on a day; None where it is none.

    Where a law was changed, that is the one in force on that day.
    """
    book = current()
    found = [book.instruments[code] for code, one in ORIGINS.items() if one is origin and code in book.instruments]
    in_force = [one for one in found if book.treaties[one.treaty].covers(on)]
    return next(iter(in_force or found), None)


def law_of_clock(clock: KeepingClock) -> Instrument | None:
    """Return the instrument on which a clock rests; None where it is none."""
    return law_of(Origin(clock.origin), _began(clock.held, clock.starts_at))


def _began(held: HeldData, starts_at: datetime) -> date:
    return day_of(starts_at, zones_of(held.holder)[0])


@transaction.atomic
def add(
    viewer: Viewer,
    reason: Reason,
    case: Case,
    *,
    label: str,
    holder: str,
    data: DataKind,
    details: dict[str, str],
    kept_until: datetime | None = None,
    reported_at: datetime | None = None,
) -> HeldData:
    """Record data that a provider holds, and start the clocks that are known.

    Args:
        viewer: somebody of the case's organisation.
        reason: why.
        case: which needs them.
        label: in a few words.
        holder: country whose law reaches the provider.
        data: what kind.
        details: provider and identifier; sealed.
        kept_until: when the provider's own retention ends, as somebody typed it.
        reported_at: when the provider reported them to the CyberTipline: from then on it has to keep them.

    Raises:
        Refusal: the case is another's, or an end lies before its beginning.
    """
    if case.organisation_id != viewer.organisation.id:
        raise Refusal(_("That case belongs to another organisation."))
    now = timezone.now()
    held: HeldData = HeldData.everywhere.create(
        case=case,
        organisation=viewer.organisation,
        label=label.strip(),
        holder=holder,
        data=data.value,
        sealed=seal(msgspec.json.encode(details).decode(), SEALED),
        cybertip=reported_at is not None,
        watched_by=viewer.person,
    )
    record(acts.HELD, case.subject, viewer.actor, reason)
    if kept_until is not None:
        _start(held, Origin.RETENTION, min(now, kept_until - clocks.DAY), kept_until)
    if reported_at is not None:
        _start_by_law(held, Origin.CYBERTIP, reported_at)
    look_at(held, timezone.now())
    return held


@transaction.atomic
def start(
    viewer: Viewer,
    reason: Reason,
    held: HeldData,
    origin: Origin,
    starts_at: datetime,
    ends_at: datetime | None = None,
    basis: str = "",
) -> KeepingClock:
    """Start a clock: its end follows from the law of its origin, or is typed.

    Raises:
        Refusal: it is another's, there is no end, or the end is before the beginning.
    """
    found = own(viewer, held)
    if ends_at is None:
        clock = _start_by_law(found, origin, starts_at)
    else:
        clock = _start(found, origin, starts_at, ends_at, basis)
    record(acts.of(found, acts.CLOCK_STARTED), found.needed_for.subject, viewer.actor, reason)
    look_at(found, timezone.now())
    return clock


def confirmed(request: AssistanceRequest, instrument: Instrument, starts_at: datetime) -> KeepingClock | None:
    """Start the clock of a preservation that was confirmed; what ends before it is secured by it.

    Inside the transaction and under the entry of the confirmation. None where the request is about no held data, or the
    law says no length.
    """
    if request.held is None or instrument.holds is None:
        return None
    now = timezone.now()
    look_at(request.held, now)
    ends = clocks.end_of(starts_at, instrument.holds.span, zones_of(request.holder))
    clock = _start(request.held, origin_of(instrument), starts_at, ends, request=request)
    KeepingClock.of(held=request.held).filter(settled_at=None, lapsed_at=None, ends_at__lt=ends).update(
        settled=Settled.SECURED.value, settled_at=now, secured_by=clock
    )
    look_at(request.held, timezone.now())
    return clock


def keep_for(
    incoming: IncomingRequest, instrument: Instrument, label: str, starts_at: datetime, watched_by: Person | None
) -> KeepingClock | None:
    """Start the clock of data kept for another country, for the least that the law says; it can be prolonged.

    Inside the transaction and under the entry of the execution. None where the law says no length.
    """
    if instrument.holds is None:
        return None
    held = HeldData.of(incoming=incoming).first() or HeldData.everywhere.create(
        incoming=incoming,
        organisation_id=incoming.organisation_id,
        label=label,
        holder=incoming.requested,
        data=incoming.data,
        watched_by=watched_by,
    )
    ends = clocks.end_of(starts_at, instrument.holds.span, zones_of(held.holder))
    clock = _start(held, origin_of(instrument), starts_at, ends)
    KeepingClock.of(held=held).filter(settled_at=None, lapsed_at=None, ends_at__lt=ends).update(
        settled=Settled.SECURED.value, settled_at=timezone.now(), secured_by=clock
    )
    look_at(held, timezone.now())
    return clock


def _start_by_law(held: HeldData, origin: Origin, starts_at: datetime) -> KeepingClock:
    law = law_of(origin, _began(held, starts_at))
    if law is None or law.holds is None:
        raise Refusal(_("No law says how long this lasts: say when it ends."))
    return _start(held, origin, starts_at, clocks.end_of(starts_at, law.holds.span, zones_of(held.holder)))


def _start(
    held: HeldData,
    origin: Origin,
    starts_at: datetime,
    ends_at: datetime,
    basis: str = "",
    request: AssistanceRequest | None = None,
) -> KeepingClock:
    if ends_at <= starts_at:
        raise Refusal(_("The end lies before the beginning."))
    if starts_at > timezone.now():
        raise Refusal(_("The beginning lies ahead."))
    made: KeepingClock = KeepingClock.everywhere.create(
        held=held,
        organisation_id=held.organisation_id,
        origin=origin.value,
        basis=basis.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        request=request,
    )
    return made


@transaction.atomic
def prolong(viewer: Viewer, reason: Reason, clock: KeepingClock, until: datetime | None = None) -> KeepingClock:
    """Give a clock a later end: by what its law allows, or as typed. The alarms begin anew for the new end.

    Raises:
        Refusal: it ran out or was stopped, the law allows no more, or the end is not later.
    """
    current_row = _running(viewer, clock)
    law = law_of_clock(current_row)
    figure = law.prolongs if law else None
    if figure is not None:
        ends = _prolonged(current_row, figure)
    elif until is None:
        raise Refusal(_("No law says how long this lasts: say when it ends."))
    else:
        ends = until
    if ends <= current_row.ends_at:
        raise Refusal(_("The new end is not later than the old one."))
    current_row.ends_at, current_row.known_at = ends, timezone.now()
    current_row.prolonged += 1
    current_row.save(update_fields=["ends_at", "known_at", "prolonged"])
    held = current_row.held
    record(acts.of(held, acts.CLOCK_PROLONGED), held.needed_for.subject, viewer.actor, reason)
    look_at(held, timezone.now())
    return current_row


def _prolonged(clock: KeepingClock, figure: Figure) -> datetime:
    if clock.prolonged >= figure.times:
        raise Refusal(_("The law allows no further prolongation: ask for the data before they are lost."))
    return clocks.prolonged(clock.ends_at, figure.span, zones_of(clock.held.holder))


@transaction.atomic
def settle(
    viewer: Viewer, reason: Reason, clock: KeepingClock, how: Settled, secured_by: KeepingClock | None = None
) -> KeepingClock:
    """Stop a clock before its end: the data came, something else keeps them, or nobody needs them.

    Raises:
        Refusal: it ran out or was stopped; nothing that runs longer keeps them; or letting go is not explained.
    """
    found = _running(viewer, clock)
    if how is Settled.SECURED:
        other = (
            KeepingClock.of(held=found.held)
            .filter(settled_at=None, lapsed_at=None, ends_at__gt=found.ends_at, pk=secured_by.pk if secured_by else 0)
            .first()
        )
        if other is None:
            raise Refusal(_("No other clock of these data runs longer."))
        found.secured_by = other
    if how is Settled.LET_GO and not reason.words.strip():
        raise Refusal(_("Say in words why nobody needs these data."))
    found.settled, found.settled_at, found.settled_by = how.value, timezone.now(), viewer.person
    found.save(update_fields=["settled", "settled_at", "settled_by", "secured_by"])
    tags = {**tags_of(found), "how": how.value}
    subject = found.held.needed_for.subject
    record(acts.of(found.held, acts.CLOCK_SETTLED), subject, viewer.actor, reason, tags=tags)
    return found


def answered(viewer: Viewer, reason: Reason, request: AssistanceRequest) -> int:
    """Stop every clock of a request's data, which arrived; return how many. Inside the caller's transaction."""
    if request.held is None:
        return 0
    now = timezone.now()
    look_at(request.held, now)
    rows = KeepingClock.of(held=request.held).filter(settled_at=None, lapsed_at=None)
    found = list(rows.select_related("held__case", "held__incoming").order_by("id"))
    rows.update(settled=Settled.ANSWERED.value, settled_at=now, settled_by=viewer.person)
    for clock in found:
        tags = {**tags_of(clock), "how": Settled.ANSWERED.value}
        record(acts.CLOCK_SETTLED, clock.held.needed_for.subject, viewer.actor, reason, tags=tags)
    return len(found)


@transaction.atomic
def note_lapse(viewer: Viewer, reason: Reason, clock: KeepingClock) -> KeepingClock:
    """Acknowledge that a clock ran out: nothing waits any more, the lapse stays on record.

    Raises:
        Refusal: it did not run out, or somebody took note.
    """
    found = _locked(viewer, clock)
    if found.lapsed_at is None or found.noted_at is not None:
        raise Conflict(_("This clock did not run out, or somebody took note of it."))
    found.noted_by, found.noted_at = viewer.person, timezone.now()
    found.save(update_fields=["noted_by", "noted_at"])
    record(acts.of(found.held, acts.LAPSE_NOTED), found.held.needed_for.subject, viewer.actor, reason)
    return found


def own(viewer: Viewer, held: HeldData) -> HeldData:
    """Return held data of the viewer's organisation as they are now, locked.

    Raises:
        Refusal: they are another's, or gone.
    """
    rows = HeldData.everywhere.select_for_update(of=("self",), no_key=True).select_related("case__lead", "incoming")
    found: HeldData | None = rows.filter(pk=held.pk, organisation=viewer.organisation).first()
    if found is None:
        raise Refusal(_("These data belong to another organisation, or were erased."))
    return found


def _locked(viewer: Viewer, clock: KeepingClock) -> KeepingClock:
    """Lock the data, look at every clock of theirs, and return this one as it is after that."""
    own(viewer, clock.held)
    look_at(clock.held, timezone.now())
    rows = KeepingClock.everywhere.select_for_update(of=("self",), no_key=True).select_related(
        "held__case", "held__incoming"
    )
    return rows.get(pk=clock.pk)


def _running(viewer: Viewer, clock: KeepingClock) -> KeepingClock:
    found = _locked(viewer, clock)
    if found.settled_at is not None or found.lapsed_at is not None:
        raise Conflict(_("This clock was stopped, or ran out."))
    return found
