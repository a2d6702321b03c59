"""A sender's view of its own reports at other desks: reference, progress, and completeness.

Nothing of the desk is shown: no code, people, conclusion or investigation; and no other sender's reports.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - of a dataclass that the API reads

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.reports.forwarding import acts
from vaern.node.reports.models import Forward, Report, Told
from vaern.node.reports.rules import forwards
from vaern.node.reports.rules.outcomes import Outcome, latest
from vaern.node.reports.rules.states import State, Status
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject("report")
OWN = Reason(Why.ASSESSMENT)


@dataclass(frozen=True)
class Sent:
    """One report, as its sender sees it.

    Attributes:
        id: of the report, by which the sender reads it again.
        reference: the sender's own.
        own: id and code of the sender's own report of which this is a copy; None without one, or once erased.
        desk: the organisation that received it.
        arrived_at: when.
        status: coarse.
        completeness: 0 to 100; lines: what it is made of; usable: whether a desk could act on it.
        missing: code and label of what was missing or incomplete.
        outcome: the last coarse code that was returned; "" if none yet. history: all of them, with their moments.
        safeguarded: whether a victim was safeguarded, whatever came after.
    """

    id: UUID
    reference: str
    desk: str
    arrived_at: datetime
    document: str
    status: Status
    completeness: int
    lines: list[dict[str, Any]]
    usable: bool
    missing: list[tuple[str, str]]
    outcome: str
    safeguarded: bool
    history: list[tuple[Outcome, datetime]]
    own: tuple[UUID, str] | None

    @property
    def name(self) -> str:
        """The name by which the sender knows it."""
        return self.own[1] if self.own else self.reference


def _sent(viewer: Viewer) -> QuerySet[Report]:
    """Reports that the viewer's organisation sent to others; they belong to whoever received them."""
    told = Told.everywhere.order_by("pk")
    passed_on = Forward.of(report=OuterRef("pk"))
    return (
        Report.of(sender=viewer.organisation)
        .exclude(organisation=viewer.organisation)
        .select_related("organisation", "forwarded_by__report")
        .prefetch_related(Prefetch("told", told), Prefetch("forwarded_by__told", told))
        .annotate(passed_on=Exists(passed_on))
    )


def as_sender_sees(report: Any) -> Sent:
    """Return a report as its sender sees it, without anything of the desk."""
    forward = getattr(report, "forwarded_by", None)
    told = (forward or report).told.all()
    history = [(Outcome(one.outcome), one.at) for one in told]
    said = [code for code, _at in history]
    return Sent(
        id=report.pk,
        reference=report.sender_reference,
        desk=report.organisation.name,
        arrived_at=report.created_at,
        document=report.document,
        status=forwards.status_of(
            State(report.state), report.actionable, claimed=bool(report.claimed_by_id), forwarded=report.passed_on
        ),
        completeness=report.completeness,
        lines=list(report.completeness_lines),
        usable=forwards.usable(report.completeness),
        missing=forwards.missing(report.completeness_lines),
        outcome=latest(said) or "",
        safeguarded=Outcome.VICTIM_SAFEGUARDED in said,
        history=history,
        own=(forward.report.pk, forward.report.code) if forward and forward.report else None,
    )


ORDER = Order(
    "-created_at",
    "id",
    reference="sender_reference",
    desk=words("organisation__name"),
    completeness="completeness",
    arrived="created_at",
)


@transaction.atomic
def sent(
    viewer: Viewer, parameters: Mapping[str, Any], size: int = 50, reason: Reason = OWN
) -> tuple[list[Sent], Page[Report]]:
    """Return a page of the reports that the viewer's organisation sent, the latest first, and its cursors; recorded."""
    page = listings.read(
        viewer, _sent(viewer), ORDER, parameters, size, act=acts.SENT_LISTED, subject=LIST, reason=reason
    )
    return [as_sender_sees(report) for report in page.rows], page


@transaction.atomic
def sent_report(viewer: Viewer, id: UUID, reason: Reason = OWN) -> Sent | None:
    """Return one report that the viewer's organisation sent, or None; recorded."""
    report = _sent(viewer).filter(pk=id).first()
    if report is None:
        return None
    record(acts.SENT_CONSULTED, report.subject, viewer.actor, reason)
    return as_sender_sees(report)


def told_since(viewer: Viewer, since: datetime) -> Rows[Told]:
    """Return what was told since a moment of reports that the viewer's organisation sent by itself, the latest first.

    What it forwarded is its own report too, which says so.
    """
    theirs = Report.of(sender=viewer.organisation).exclude(organisation=viewer.organisation)
    found = Told.of(report__in=theirs).filter(at__gte=since).select_related("report", "organisation")
    found = found.only("at", "outcome", "report__sender_reference", "organisation__name")
    return first_of(found.order_by("-at", "-id"))


@dataclass(frozen=True)
class Summary:
    """A sender's reports over a period.

    Attributes:
        total: how many.
        months: first day of each month, how many were sent and how many of these were usable.
        missing: what was most often missing: code, label, number of reports.
    """

    total: int
    months: list[tuple[date, int, int]]
    missing: list[tuple[str, str, int]]

    @property
    def shares(self) -> list[tuple[date, float]]:
        """Month and share of usable reports in per cent."""
        return [(month, round(100 * usable / total, 1)) for month, total, usable in self.months if total]


def summary(viewer: Viewer, first: date, last: date) -> Summary:
    """Return how usable the viewer's organisation's own reports were. Its own counts, so not recorded."""
    found = _sent(viewer).filter(created_at__date__gte=first, created_at__date__lte=last).order_by()
    months: dict[date, tuple[int, int]] = {}
    absent: Counter[str] = Counter()
    labels: dict[str, str] = {}
    rows = found.values_list("created_at", "completeness", "completeness_lines")
    for created, completeness, lines in rows.iterator(chunk_size=2_000):
        month = timezone.localtime(created).date().replace(day=1)
        total, good = months.get(month, (0, 0))
        months[month] = (total + 1, good + forwards.usable(completeness))
        for code, label in forwards.missing(lines):
            absent[code] += 1
            labels[code] = label
    return Summary(
        total=sum(total for total, _good in months.values()),
        months=[(month, *months[month]) for month in sorted(months)],
        missing=[(code, labels[code], times) for code, times in absent.most_common(8)],
    )
