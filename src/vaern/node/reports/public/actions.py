"""Changes by the public form and the dialogue: one function, one transaction, one entry of the ledger.

The reporter's acts are recorded for the desk without a person, and with times to the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import Unsealable, keyed, seal, unseal
from vaern.node.casework.idempotency import KeyReusedError
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.base import registration
from vaern.node.reports.base.claims import touch
from vaern.node.reports.base.content import arrival_of, sealed
from vaern.node.reports.base.due import OPENED, open_again
from vaern.node.reports.models import Message, Receipt, Report
from vaern.node.reports.models.dialogue import RECEIPT, SEALED
from vaern.node.reports.public import acts, tokens
from vaern.node.reports.rules import public_form
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.reports.triage.actions import score
from vaern.node.web import codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.arrivals import Arrival
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Desk
    from vaern.node.reports.public.tokens import FormToken

REPORTED = Reason(Why.ASSESSMENT)
"""Why the node takes what a reporter sends: so that a person assesses it."""

URGENT_TO = timedelta(minutes=5)
"""To how much the times of an urgent report are kept: its clock runs in minutes."""


@dataclass(frozen=True)
class Sent:
    """The result of sending a report.

    Attributes:
        code: the receipt code, in groups.
        changed: the form was sent before with other content; the first report stands.
    """

    report: Report
    code: str
    changed: bool = False


def send(desk: Desk, token: FormToken, arrival: Arrival) -> Sent:
    """Take in a public report and create its receipt; the same form sent again returns the same receipt.

    Raises:
        Refusal: it cannot be taken; the message says why.
    """
    organisation, code = desk.organisation, token.code
    with viewing(organisation.id):
        try:
            report, _made = _send(desk, token, arrival)
        except KeyReusedError:
            report = Report.own.get(sender=None, sender_reference=token.reference)
            return Sent(report, codes.grouped(code), changed=True)
    return Sent(report, codes.grouped(code))


@transaction.atomic
def _send(desk: Desk, token: FormToken, arrival: Arrival) -> tuple[Report, bool]:
    report, made = intake.receive(
        intake.anonymous(desk.organisation),
        REPORTED,
        desk.organisation,
        arrival,
        synthetic=settings.CONFIGURATION.synthetic,
    )
    if made:
        give_receipt(report, token)
        _make_coarse(report)
    return report, made


def give_receipt(report: Report, token: FormToken) -> None:
    """Let the code of a form open the dialogue of its new report. Inside a transaction."""
    Receipt.everywhere.create(report=report, digest=keyed(token.code, RECEIPT))


@transaction.atomic
def open_dialogue(typed: str) -> tuple[Report, str] | None:
    """Return the report of a code with a token that opens its dialogue for a while; None for a wrong code.

    Malformed codes are looked up too, so that all wrong ones take the same path.
    """
    digest = keyed(codes.read_code(typed) or "-", RECEIPT)
    receipt = Receipt.everywhere.filter(digest=digest).select_related("report__organisation__member").first()
    if receipt is None:
        return None
    report: Report = receipt.report
    Message.of(report=report).filter(by__isnull=False, read=False).update(read=True)
    record(acts.OPENED, report.subject, intake.anonymous(report.organisation).actor, REPORTED)
    return report, tokens.opened(report.pk)


@transaction.atomic
def report_in_dialogue(id: UUID) -> Report | None:
    """Return a report whose dialogue is open, to show it again; None if it was erased. Recorded as a read."""
    report: Report | None = Report.everywhere.filter(pk=id).select_related("organisation__member").first()
    if report is None or not Receipt.of(report=report).exists():
        return None
    record(acts.OPENED, report.subject, intake.anonymous(report.organisation).actor, REPORTED)
    return report


@transaction.atomic
def add_words(id: UUID, words: str, *, danger: bool = False) -> Report:
    """Add a reporter's words to their report; a closed report or a duplicate returns to the work list.

    The same words twice in a row, as on a resubmitted page, are added once.

    Args:
        id: of the report whose dialogue is open.
        words: the reporter's words.
        danger: a child is in danger now, so the report becomes urgent.

    Raises:
        Refusal: the report was erased.
    """
    found = Report.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation__member")
    report: Report | None = found.filter(pk=id).first()
    if report is None or not Receipt.of(report=report).exists():
        raise Refusal(_("This report is no longer here: what we keep has an end date."))
    last = Message.of(report=report).order_by("-id").first()
    again = last is not None and last.by_id is None and _says(last, words)
    if again and (report.urgent or not danger):
        return report
    life.after(State(report.state), Event.ADD_WORDS, Who.REPORTER)
    if not again:
        Message.everywhere.create(
            report=report,
            organisation=report.organisation,
            sealed=seal(words, SEALED),
            at=public_form.coarse(timezone.now()),
        )
    _wake(report)
    if danger and not report.urgent:
        _make_urgent(report)
    record(acts.WORDS_ADDED, report.subject, intake.anonymous(report.organisation).actor, REPORTED)
    return report


@transaction.atomic
def answer(viewer: Viewer, reason: Reason, report: Report, words: str, seen: int | None = None) -> Message:
    """Answer the reporter; their messages until now, or up to the one that was `seen`, count as read.

    The same words twice in a row, as on a resubmitted page, are one answer.

    Raises:
        Refusal: nobody holds a receipt of the report, no person answers, or it is another organisation's, or erased.
    """
    if viewer.person is None:
        raise Refusal(_("A person answers, not a key."))
    found = releases.locked(viewer, report)
    if not Receipt.of(report=found).exists():
        raise Refusal(_("This report did not come by the public form: nobody holds a receipt of it."))
    last: Message | None = Message.of(report=found).order_by("-id").first()
    if last is not None and last.by_id == viewer.person.pk and _says(last, words):
        return last
    made: Message = Message.everywhere.create(
        report=found, organisation=found.organisation, sealed=seal(words, SEALED), by=viewer.person, at=timezone.now()
    )
    _reporters_unread(found, seen).update(read=True)
    touch(viewer, found)
    record(acts.ANSWERED, found.subject, viewer.actor, reason)
    return made


@transaction.atomic
def mark_read(viewer: Viewer, reason: Reason, report: Report, seen: int | None = None) -> list[int]:
    """Mark the reporter's messages as read; return the ids of those that were marked.

    With the last message that was `seen`, later ones stay unread.

    Raises:
        Refusal: it is not the viewer's organisation's, or was erased.
    """
    found = releases.locked(viewer, report)
    marked = list(_reporters_unread(found, seen).order_by("pk").values_list("pk", flat=True))
    Message.of(report=found).filter(pk__in=marked).update(read=True)
    touch(viewer, found)
    record(acts.MARKED_READ, found.subject, viewer.actor, reason)
    return marked


@transaction.atomic
def mark_unread(viewer: Viewer, reason: Reason, report: Report, ids: Sequence[int]) -> int:
    """Let messages of the reporter wait again that were marked as read; return how many there were.

    Raises:
        Refusal: it is not the viewer's organisation's, was erased, or somebody has answered them.
    """
    found = releases.locked(viewer, report)
    own = Message.of(report=found)
    if own.filter(by__isnull=False, pk__gt=max(ids, default=0)).exists():
        raise Conflict(_("Somebody has answered them."))
    count: int = own.filter(by__isnull=True, read=True, pk__in=ids).update(read=False)
    touch(viewer, found)
    record(acts.MARKED_UNREAD, found.subject, viewer.actor, reason)
    return count


def _says(message: Message, words: str) -> bool:
    try:
        return unseal(message.sealed, SEALED) == words
    except Unsealable:
        return False


def _reporters_unread(report: Report, seen: int | None) -> QuerySet[Message]:
    found = Message.of(report=report).filter(by__isnull=True, read=False)
    return found if seen is None else found.filter(pk__lte=seen)


def _wake(report: Report) -> None:
    """Put what nobody would look at any more back on the work list."""
    state = State(report.state)
    if state is State.CLOSED:
        open_again(report, Who.REPORTER)
        report.save(update_fields=OPENED)
        registration.follow(report)
    elif state is State.DUPLICATE:
        report.state = life.after(state, Event.SEPARATE, Who.REPORTER).value
        report.duplicate_of = None
        report.save(update_fields=["state", "duplicate_of"])


def _make_urgent(report: Report) -> None:
    """Take the word of a reporter that a child is in danger now, as if the report had said so."""
    report.sealed = sealed(msgspec.structs.replace(arrival_of(report), danger_now=True))
    report.urgent = True
    report.due_at = timezone.now() + life.URGENT_WITHIN
    report.save(update_fields=["sealed", "urgent", "due_at"])
    score(report)
    _make_coarse(report)


def _make_coarse(report: Report) -> None:
    """Keep no more of when a reporter was here than the work needs."""
    report.created_at = _floor(report.created_at) if report.urgent else public_form.coarse(report.created_at)
    report.due_at = _floor(report.due_at) if report.due_at else None
    report.save(update_fields=["created_at", "due_at"])


def _floor(moment: datetime) -> datetime:
    step = int(URGENT_TO.total_seconds())
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % step, UTC)
