"""Turn arrivals into reports, idempotently: each in one transaction with one entry of the ledger."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.idempotency import KeyReusedError, made_before
from vaern.node.ledger.record import Entered, record_each
from vaern.node.ledger.rules import NODE, Actor
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.arrival import acts, amendments, drafts
from vaern.node.reports.arrival.drafts import Draft
from vaern.node.reports.base import originals
from vaern.node.reports.models import Report
from vaern.node.reports.rules import moments, repetition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from vaern.arrivals import Arrival, Fault, Read
    from vaern.node.casework.idempotency import Repeatable
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.base.originals import Sent

ATTEMPTS = 3
LONGEST_REFERENCE = 200


def anonymous(organisation: Organisation) -> Viewer:
    """Return the viewer of the public form: no person, who may only send a report to this desk."""
    return Viewer(organisation, frozenset())


def check_key(organisation: Organisation, sender: Organisation | None, request: Repeatable | None) -> None:
    """Check that an idempotency key is new, or was sent with this same request.

    Raises:
        KeyReusedError: another request with that key made a report of this desk.
    """
    made_before(_of_sender(organisation, sender), request)


def receive(
    viewer: Viewer,
    reason: Reason,
    organisation: Organisation,
    arrival: Arrival,
    raw: bytes = b"",
    *,
    sender: Organisation | None = None,
    faults: Sequence[Fault] = (),
    synthetic: bool = False,
    urgent: bool = False,
    until: date | None = None,
    request: Repeatable | None = None,
) -> tuple[Report, bool]:
    """Take in a report; return it, and whether it was created now.

    A repetition returns the first report: a request with the same key, the sender's reference or, without one, the
    same content from the same sender. Each arrival from the public is a report of its own, unless the form gave it a
    reference.

    Args:
        viewer: who brings it in; `anonymous(organisation)` for the public form.
        reason: why.
        organisation: whose desk it is for.
        arrival: the report.
        raw: the bytes that were sent, if those identify the content rather than the arrival.
        sender: the organisation that sent it; None for the public and for the desk itself.
        faults: what is wrong with it and did not stop it; kept with it.
        synthetic: it is made up.
        urgent: the organisation that passes it on says that it is urgent, whatever the arrival says.
        until: the latest day until which whoever passes it on lets it be kept.
        request: the request that sends it, if it has an idempotency key.

    Raises:
        KeyReusedError: the sender's reference belongs to another report of theirs.
        Refusal: it cannot be taken; the message says why.
    """
    draft = draft_of(
        organisation,
        arrival,
        raw,
        sender=sender,
        faults=faults,
        synthetic=synthetic,
        urgent=urgent,
        until=until,
        request=request,
    )
    return _once(viewer, reason, draft, None)


def draft_of(
    organisation: Organisation,
    arrival: Arrival,
    raw: bytes = b"",
    *,
    sender: Organisation | None = None,
    faults: Sequence[Fault] = (),
    synthetic: bool = False,
    urgent: bool = False,
    until: date | None = None,
    request: Repeatable | None = None,
) -> Draft:
    """Return what a report is made of; the arguments are those of `receive`.

    Raises:
        Refusal: its reference is too long.
    """
    if len(arrival.reference) > LONGEST_REFERENCE:
        raise Refusal(_("A reference has at most %(n)s characters.") % {"n": LONGEST_REFERENCE})
    digest = hashlib.sha256(raw or msgspec.json.encode(arrival)).digest()
    arrival, odd = moments.within(arrival)
    return Draft(organisation, arrival, digest, sender, (*faults, *odd), synthetic, urgent, until, request)


def receive_each(reason: Reason, given: Sequence[Draft]) -> list[Report]:
    """Take in reports that other organisations sent, none of which came before, in the caller's transaction.

    Each sees what came before it at its desk, as if it were taken in by itself; what they do not share is looked up and
    written at once.

    Raises:
        Refusal: they could not be stored.
    """
    for _attempt in range(ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():  # a code is taken
            return _make_each(reason, given)
    raise Refusal(_("The report could not be stored. Try again."))


def _make_each(reason: Reason, given: Sequence[Draft]) -> list[Report]:
    by_desk: dict[Organisation, list[int]] = defaultdict(list)
    for number, draft in enumerate(given):
        by_desk[draft.organisation].append(number)
    made: dict[int, Report] = {}
    for desk, numbers in by_desk.items():
        with viewing(desk.pk):
            made |= zip(numbers, drafts.make_each(desk, [given[number] for number in numbers]), strict=True)
    reports = [made[number] for number in range(len(given))]
    senders = [Actor(organisation=draft.sender.pk) if draft.sender else NODE for draft in given]
    record_each(acts.RECEIVED, [_received(*one, reason) for one in zip(given, reports, senders, strict=True)])
    return reports


@dataclass(frozen=True)
class Received:
    """The result of taking in a document.

    Attributes:
        report: the report that it created, or that it belongs to.
        made: it created the report.
        amended: it added to an existing report.
    """

    report: Report
    made: bool = False
    amended: bool = False


def receive_document(
    viewer: Viewer,
    reason: Reason,
    organisation: Organisation,
    read: Read,
    sent: Sent,
    *,
    sender: Organisation | None = None,
    synthetic: bool = False,
    urgent: bool = False,
    request: Repeatable | None = None,
) -> Received:
    """Take in one report of a document, and store the document unchanged.

    The very same document again is the same report. Files alone (`Read.files_alone`) are files of the report of the
    same sender with that number; where people have assessed it, or there is none, they make a report of their own. The
    same identifier with another content amends the report, in formats whose identifiers last (`amendments.AMENDABLE`).

    Args:
        viewer, reason, organisation, sender, synthetic, urgent, request: as of `receive`.
        read: what a reader of `formats` made of it.
        sent: the document, or this report's part of it.

    Raises:
        KeyReusedError: the sender's reference belongs to another report of theirs, which takes no more.
        Refusal: it cannot be taken; the message says why.
    """
    assert read.arrival is not None
    if (before := originals.report_of(organisation, sender, sent)) is not None:
        return Received(before)
    draft = draft_of(
        organisation,
        read.arrival,
        sender=sender,
        faults=read.faults,
        synthetic=synthetic,
        urgent=urgent,
        request=request,
    )
    if read.files_alone:
        return _files(viewer, reason, draft, sent)
    try:
        return Received(*_once(viewer, reason, draft, sent))
    except KeyReusedError:
        first = _with_reference(draft)
        if first is None or first.document != draft.arrival.document or first.document not in amendments.AMENDABLE:
            raise
        return _amended(viewer, reason, first, draft, sent)


def _amended(viewer: Viewer, reason: Reason, first: Report, draft: Draft, sent: Sent) -> Received:
    report, added = amendments.amend(viewer, reason, first.pk, draft, sent, files_alone=False)
    return Received(report, amended=added)


def _files(viewer: Viewer, reason: Reason, draft: Draft, sent: Sent) -> Received:
    """Take files of a report that was sent by itself, or with other files of it."""
    of_sender = _of_sender(draft.organisation, draft.sender)
    is_taken = _with_reference(draft) is not None  # before the search: who takes it later is met at the end
    number = draft.arrival.tip_number
    named = Q(tip_number=number) | Q(sender_reference=number)
    for report in of_sender.filter(named).order_by("-created_at", "id")[:ATTEMPTS]:
        with suppress(amendments.CannotAmend):
            kept, added = amendments.amend(viewer, reason, report.pk, draft, sent, files_alone=True)
            return Received(kept, amended=added)
    if is_taken:  # that report takes no more, and a reference is of one report
        draft = replace(draft, arrival=msgspec.structs.replace(draft.arrival, reference=""))
    try:
        return Received(*_once(viewer, reason, draft, sent))
    except KeyReusedError:  # of two files at once the other was first
        return _files(viewer, reason, draft, sent)


def _once(viewer: Viewer, reason: Reason, draft: Draft, sent: Sent | None) -> tuple[Report, bool]:
    """Make the report, or return the one that the same made before; and whether it was made now."""
    if first := _of_request(draft):
        return first, False
    for _attempt in range(ATTEMPTS):
        try:
            return _make(viewer, reason, draft, sent), True
        except IntegrityError:  # it was sent before, or of two at once the other was first, or a code is taken
            if first := _before(draft):
                return first, False
    raise Refusal(_("The report could not be stored. Try again."))


@transaction.atomic
def _make(viewer: Viewer, reason: Reason, draft: Draft, sent: Sent | None) -> Report:
    report = drafts.make(draft)
    if sent is not None:
        originals.keep(report, sent)
    record_each(acts.RECEIVED, [_received(draft, report, viewer.actor, reason)])
    return report


def _received(draft: Draft, report: Report, by: Actor, reason: Reason) -> Entered:
    tags: dict[str, str | int] = {
        "urgent": int(report.urgent),
        "new": report.items_new,
        "copy": int(report.document == "forward"),
        "from": repetition.source(report.document, draft.sender.kind if draft.sender else ""),
        "home": int(_from_home(draft)),
    }
    return Entered(report.subject, by, reason, tags, count=report.items_total)


def _from_home(draft: Draft) -> bool:
    """Whether another organisation of the same country sent it: its statistics count the report where it was first."""
    here = draft.organisation.member_id
    return draft.sender is not None and here is not None and draft.sender.member_id == here


def _before(draft: Draft) -> Report | None:
    """Return the report that this arrival made before.

    Raises:
        KeyReusedError: its reference, or the key of its request, made another.
    """
    if of_request := _of_request(draft):
        return of_request
    if draft.arrival.reference:
        first = _with_reference(draft)
        if first and bytes(first.digest) != draft.digest:
            raise KeyReusedError(_("This reference belongs to another report that you sent. Nothing was stored."))
        return first
    if draft.sender is None:
        return None
    of_sender = _of_sender(draft.organisation, draft.sender)
    found: Report | None = of_sender.filter(sender_reference="", digest=draft.digest).first()
    return found


def _of_request(draft: Draft) -> Report | None:
    """Return the report that the same request made before.

    Raises:
        KeyReusedError: another request with its key made one.
    """
    if draft.request is None:
        return None
    of_sender = _of_sender(draft.organisation, draft.sender)
    found: Report | None = made_before(of_sender.filter(request_line=draft.request.line), draft.request)
    return found


def _of_sender(organisation: Organisation, sender: Organisation | None) -> QuerySet[Report]:
    found: QuerySet[Report] = Report.of(organisation=organisation).filter(sender=sender)
    return found


def _with_reference(draft: Draft) -> Report | None:
    of_sender = _of_sender(draft.organisation, draft.sender)
    found: Report | None = of_sender.filter(sender_reference=draft.arrival.reference).first()
    return found
