"""Retention of reports: erased at their end date, by a person with a reason, or on a recall by the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention.actions import BY_CLOCK, count, erase_now
from vaern.node.casework.retention.kinds import Hold, Number, Retention
from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Subject
from vaern.node.reports.base import registration, ties
from vaern.node.reports.base.forwards import worked_on
from vaern.node.reports.ending import acts
from vaern.node.reports.models import Block, DomainBlock, Exposure, Forward, Report, Told
from vaern.node.reports.rules import figures, forwards
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.figures import Step
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.reports.takedown import removal_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vaern.node.ledger.rules import Actor, Reason
    from vaern.node.organisations.viewers import Viewer


NOBODY = UUID(int=0)
"""Stands in a person's own exposure for a report that is gone: the count is theirs, the link is not."""


def _keep(report: Report, until: date) -> None:
    report.review_date, report.touched_at = until, timezone.now()
    report.save(update_fields=["review_date", "touched_at"])


def latest_day(report: Report) -> date | None:
    """Return the last day on which a copy may be held under its release; None if it is not a forward."""
    found = Forward.of(arrived=report).select_related("release").first()
    return timezone.localtime(found.release.expires_at).date() if found else None


def _may_erase(report: Report, by: Actor) -> None:
    life.after(State(report.state), Event.ERASE, Who.NODE if by is NODE else Who.ERASER)


def _holds(report: Report, today: date) -> Iterator[Hold]:
    if block := blocked_until(report):
        refusal = _("An entry of the blocking list stands on it: lift the block first.")
        yield Hold(block, acts.KEPT_FOR_BLOCK, refusal)
    if forwards.has_to_raise(State(report.state), urgent=report.urgent, given_time=was_given_time(report)):
        yield Hold(today + forwards.GIVEN_TIME, acts.GIVEN_TIME)


def _recall_all(viewer: Viewer, report: Report, reason: Reason) -> None:
    """Recall a report from everybody, and erase the copies that nobody had worked on."""
    open_ones = list(Forward.of(report=report).filter(release__recalled_at=None).order_by("sent_at", "pk"))
    releases.recall_all(viewer, report, reason)
    for one in open_ones:
        erase_copy(one)


def erase_copy(forward: Forward) -> bool:
    """Erase a recalled copy, unless somebody worked on it or it is urgent and open; return whether it was erased."""
    copy = Report.everywhere.select_for_update(of=("self",), no_key=True).filter(forwarded_by=forward).first()
    if copy is None or worked_on(copy) or (copy.urgent and State(copy.state) in life.OPEN):
        return False
    erase_now(copy, acts.COPY_ERASED, NODE, BY_CLOCK)
    return True


def was_given_time(report: Report) -> bool:
    """Whether its retention was extended once before, by the ledger."""
    return Entry.objects.filter(kind=Report.KIND, subject=report.pk, act=acts.GIVEN_TIME.code).exists()


def blocked_until(report: Report) -> date | None:
    """Return the latest review date of the address and domain blocks that depend on it, or None."""
    blocks = Block.of(location__report=report).filter(lifted_at=None)
    domains = DomainBlock.of(location__report=report).filter(ended_at=None)
    days = [rows.aggregate(latest=Max("review_date"))["latest"] for rows in (blocks, domains)]
    return max((day for day in days if day), default=None)


def _let_go(report: Report, _by: Actor) -> None:
    _inherit(report)
    Exposure.everywhere.filter(report=report.pk).update(report=NOBODY, item=None)
    registration.forget(report)
    ties.move_on(report)


def _delete(report: Report) -> int:
    return report.delete()[0]  # type: ignore[no-any-return]


def _numbers(report: Report) -> Iterator[Number]:
    """Return what statistics need of it: numbers by month, without a record behind them."""
    names = ["received", f"received.{report.document}"]
    names += ["urgent"] if report.urgent else []
    if report.actionable is not None:
        names.append("actionable" if report.actionable else "not_actionable")
    for step, at in ((Step.LOOK, report.looked_at), (Step.CONCLUSION, report.concluded_at)):
        names += [f"{step.value}.{figures.span(at - report.created_at)}"] if at else []
    arrived = timezone.localtime(report.created_at).date()
    yield from (Number(arrived, name) for name in names)
    for location in report.locations(manager="everywhere").select_related("host"):  # type: ignore[operator]
        if location.first_notified_at:
            day = timezone.localtime(location.first_notified_at).date()
            yield from (Number(day, name) for name in removal_times.names_of(location))


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


def erase_links(today: date | None = None) -> int:
    """Erase forwards that were due long ago and whose reports are gone on both sides; their statistics stay."""
    day = today or timezone.localdate()
    gone = Forward.everywhere.filter(report=None, arrived=None, due_at__date__lt=day - life.KEPT_FOR)
    return each("forwards.expire", gone.select_related("release"), _erase_link)


def _erase_link(one: Forward) -> bool:
    day = timezone.localtime(one.sent_at).date()
    names = ["forwarded"]
    if forwards.answered(one.outcome, safeguarded=one.safeguarded):
        names.append("forwarded.home")
    names += [f"outcome.{code}" for code in set(Told.of(forward=one).values_list("outcome", flat=True))]
    count(Report.KIND, one.organisation_id, (Number(day, name) for name in names))
    subject = Subject(Report.KIND, one.release.record, one.organisation_id)
    record(acts.LINK_EXPIRED, subject, NODE, BY_CLOCK, recipient=one.recipient_id)
    one.delete()
    return True


RETENTION = Retention(
    model=Report,
    name="reports",
    expired=acts.EXPIRED,
    erased=acts.ERASED,
    prolonged=acts.PROLONGED,
    may_erase=_may_erase,
    holds=_holds,
    latest=latest_day,
    keep=_keep,
    recall=_recall_all,
    numbers=_numbers,
    let_go=_let_go,
    delete=_delete,
)
