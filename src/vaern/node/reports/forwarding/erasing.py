"""Retention: every report ends. By the clock, by a person with a reason, or because its sender recalled it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention import BY_CLOCK, check_end_date, count, expire, node_of
from vaern.node.external.passage import forget as forget_numbers
from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject
from vaern.node.reports import enrolling
from vaern.node.reports import rules as life
from vaern.node.reports.forwarding import acts, rules
from vaern.node.reports.forwarding.chains import worked_on
from vaern.node.reports.intake import ties
from vaern.node.reports.models import Block, DomainBlock, Exposure, Forward, Report, Told
from vaern.node.reports.rules import Event, State, Who
from vaern.node.reports.takedown import kept

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Act, Actor
    from vaern.node.organisations.viewers import Viewer

NOBODY = UUID(int=0)
"""Stands in a person's own exposure for a report that is gone: the count is theirs, the link is not."""


@transaction.atomic
def prolong(viewer: Viewer, reason: Reason, report: Report, until: date) -> Report:
    """Decide that a report is still needed, until another day.

    Raises:
        Refusal: the day is not one that may be chosen.
    """
    current = releases.locked(viewer, report)
    check_end_date(until, latest_day(current))
    current.review_date, current.touched_at = until, timezone.now()
    current.save(update_fields=["review_date", "touched_at"])
    record(acts.PROLONGED, current.subject, viewer.actor, reason)
    return current


def latest_day(report: Report) -> date | None:
    """Return until when a copy may be kept by its release; None for what did not arrive as a forward."""
    found = Forward.everywhere.filter(arrived=report).select_related("release").first()
    return timezone.localtime(found.release.expires_at).date() if found else None


@transaction.atomic
def erase(viewer: Viewer, reason: Reason, report: Report) -> int:
    """Erase a report with all that hangs on it, and recall it from everybody; return how many rows went.

    Raises:
        Refusal: an entry of the blocking list that is in force stands on it.
    """
    current = releases.locked(viewer, report)
    life.after(State(current.state), Event.ERASE, Who.ERASER)
    if blocked_until(current):
        raise Refusal(_("An entry of the blocking list stands on it: lift the block first."))
    _recall_all(viewer, current, reason)
    return erase_now(current, acts.ERASED, viewer.actor, reason)


def erase_expired(today: date | None = None) -> int:
    """Erase every report whose review date has passed, each in its own transaction; return how many."""
    today = today or timezone.localdate()
    try:
        return expire("reports.expire", Report.everywhere.all(), lambda report: _expire(report, today), today)
    finally:
        _erase_links(today)


def _expire(report: Report, today: date) -> bool:
    """Erase one report at its end date, or keep it for the reason that the rules give; return whether it went."""
    state = State(report.state)
    block = blocked_until(report)
    if block is not None and block >= today:
        _keep(report, block, acts.KEPT_FOR_BLOCK)
        return False
    if rules.has_to_raise(state, urgent=report.urgent, given_time=was_given_time(report)):
        _keep(report, today + rules.GIVEN_TIME, acts.GIVEN_TIME)
        return False
    life.after(state, Event.ERASE, Who.NODE)
    _recall_all(node_of(report.organisation), report, BY_CLOCK)
    erase_now(report, acts.EXPIRED, NODE, BY_CLOCK)
    return True


def _keep(report: Report, until: date, act: Act) -> None:
    report.review_date = until
    report.save(update_fields=["review_date"])
    record(act, report.subject, NODE, BY_CLOCK)


def _recall_all(viewer: Viewer, report: Report, reason: Reason) -> None:
    """Recall a report from everybody, and erase the copies that nobody had worked on."""
    open_ones = list(Forward.everywhere.filter(report=report, release__recalled_at=None).order_by("sent_at", "pk"))
    releases.recall_all(viewer, report, reason)
    for one in open_ones:
        erase_copy(one)


def erase_copy(forward: Forward) -> bool:
    """Erase a recalled copy, if nobody worked on it and it is not urgent and open; return whether it went."""
    copy = Report.everywhere.select_for_update(of=("self",), no_key=True).filter(forwarded_by=forward).first()
    if copy is None or worked_on(copy) or (copy.urgent and State(copy.state) in life.OPEN):
        return False
    erase_now(copy, acts.COPY_ERASED, NODE, BY_CLOCK)
    return True


def was_given_time(report: Report) -> bool:
    """Whether it was kept beyond its end date once before: the ledger knows."""
    return Entry.objects.filter(kind=Report.KIND, subject=report.pk, act=acts.GIVEN_TIME.code).exists()


def blocked_until(report: Report) -> date | None:
    """Return the review date of the last block, of an address or a domain, that stands on it, or None."""
    blocks = Block.everywhere.filter(location__report=report, lifted_at=None)
    domains = DomainBlock.everywhere.filter(location__report=report, ended_at=None)
    days = [rows.aggregate(latest=Max("review_date"))["latest"] for rows in (blocks, domains)]
    return max((day for day in days if day), default=None)


def erase_now(report: Report, act: Act, by: Actor, reason: Reason) -> int:
    """Erase a report that the caller has locked, keep the numbers, and write the entry; return how many rows went."""
    _count(report)
    _inherit(report)
    Exposure.everywhere.filter(report=report.pk).update(report=NOBODY, item=None)
    enrolling.forget(report)
    ties.move_on(report)
    forget_numbers(report.KIND, report.pk)
    subject = report.subject
    rows, _each = report.delete()
    record(act, subject, by, reason, count=rows)
    return rows


def _count(report: Report) -> None:
    """Keep what statistics need of it: numbers by month, without a record behind them."""
    names = ["received", f"received.{report.document}"]
    names += ["urgent"] if report.urgent else []
    if report.actionable is not None:
        names.append("actionable" if report.actionable else "not_actionable")
    for name in names:
        count(report.KIND, report.organisation_id, timezone.localtime(report.created_at).date(), name)
    for location in report.locations(manager="everywhere").select_related("host"):  # type: ignore[operator]
        if location.first_notified_at:
            day = timezone.localtime(location.first_notified_at).date()
            for name in kept.names_of(location):
                count(report.KIND, report.organisation_id, day, name)


def _inherit(report: Report) -> None:
    """Let the oldest repetition of an erased report stand for the others: nothing repeats what is not there."""
    repeats = list(
        Report.everywhere.select_for_update(of=("self",), no_key=True)
        .filter(duplicate_of=report, state=State.DUPLICATE.value)
        .order_by("created_at", "pk")
    )
    if not repeats:
        return
    heir, *others = repeats
    heir.state = life.after(State.DUPLICATE, Event.SEPARATE, Who.NODE).value
    heir.duplicate_of = None
    heir.save(update_fields=["state", "duplicate_of"])
    Report.everywhere.filter(pk__in=[one.pk for one in others]).update(duplicate_of=heir)
    record(acts.HEIR, heir.subject, NODE, BY_CLOCK)


def _erase_links(today: date) -> int:
    """Erase forwards whose reports are gone on both sides and which were due long ago; their numbers stay."""
    gone = Forward.everywhere.filter(report=None, arrived=None, due_at__date__lt=today - life.KEPT_FOR)
    return each("forwards.expire", gone.select_related("release"), _erase_link)


def _erase_link(one: Forward) -> bool:
    day = timezone.localtime(one.sent_at).date()
    count(Report.KIND, one.organisation_id, day, "forwarded")
    if rules.answered(one.outcome, safeguarded=one.safeguarded):
        count(Report.KIND, one.organisation_id, day, "forwarded.home")
    for code in set(Told.everywhere.filter(forward=one).values_list("outcome", flat=True)):
        count(Report.KIND, one.organisation_id, day, f"outcome.{code}")
    subject = Subject(Report.KIND, one.release.record, one.organisation_id)
    record(acts.LINK_EXPIRED, subject, NODE, BY_CLOCK, recipient=one.recipient_id)
    one.delete()
    return True
