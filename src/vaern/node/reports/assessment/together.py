"""Conclude several alike reports at once: one set of answers, and of each report its own views, declaration and entry.

Reports are alike if a look at one of them tells what the others are: the same kind of offence from the same sender, and
each item of all of them known, seen, or new. What is urgent, near to something known, begun, or differs is assessed
alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.assessment import acts
from vaern.node.reports.assessment.actions import assess, may_assess
from vaern.node.reports.assessment.queries import Sheet, is_pictured
from vaern.node.reports.base import known
from vaern.node.reports.base.conclusions import standing
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.base.precedents import can_rest
from vaern.node.reports.exposure.queries import may_show
from vaern.node.reports.law import reviews, schemes
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules.assessments import Place
from vaern.node.reports.rules.exposure import Extent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.assessment.actions import Judgement
    from vaern.node.reports.rules.states import Event

MOST = 50
"""Reports in one go: as many as a person can have an eye on."""

MOST_ITEMS = 200
"""Items of each."""


@dataclass(frozen=True)
class Alike:
    """What of a report has to be the same in all of them.

    Attributes:
        offence, sender, document: kind of offence, and how and from whom it came.
        pictured: something in it can be looked at.
        items: `known`, `seen`, `new` or `none`, of every item; None if they differ among themselves.
    """

    offence: str
    sender: UUID | None
    document: str
    pictured: bool
    items: str | None


@dataclass(frozen=True)
class Line:
    """A report of those that were chosen.

    Attributes:
        obstacle: why it cannot be concluded with the others, or "".
    """

    report: Report
    items: list[Item]
    obstacle: str = ""


def alike(report: Report, items: Sequence[Item]) -> Alike:
    """Return what of a report has to be the same in all that are concluded with it."""
    kinds = {"known" if known.has_standing(item) else "seen" if known.is_spared(item) else "new" for item in items}
    return Alike(
        report.offence,
        report.sender_id,
        report.document,
        any(is_pictured(item) for item in items),
        kinds.pop() if len(kinds) == 1 else None if kinds else "none",
    )


@transaction.atomic
def chosen(viewer: Viewer, reason: Reason, codes: Sequence[str]) -> list[Line]:
    """Return the reports of the viewer's desk with these codes, each with why it cannot be concluded with the first.

    Each that can be is recorded as opened to be assessed.
    """
    reports = list(Report.own.filter(code__in=list(codes)[:MOST]).select_related("sender").order_by("code"))
    items: dict[UUID, list[Item]] = {report.pk: [] for report in reports}
    for item in Item.of(report__in=reports).select_related("seen_in").order_by("number"):
        items[item.report_id].append(item)
    lines: list[Line] = []
    like: Alike | None = None
    for report in reports:
        obstacle = _obstacle(viewer, report, items[report.pk])
        if not obstacle:
            this = alike(report, items[report.pk])
            like = like or this
            obstacle = "" if this == like else _("It differs from the first: assess it alone.")
        if not obstacle:
            record(acts.CONSULTED, report.subject, viewer.actor, reason)
        lines.append(Line(report, items[report.pk], obstacle))
    return lines


def _obstacle(viewer: Viewer, report: Report, items: Sequence[Item]) -> str:
    """Return why a report is assessed alone, whatever the others are; "" where nothing speaks against it."""
    if viewer.person is None:
        return _("A person decides, not a key.")
    try:
        place, _round = may_assess(viewer.person, report)
    except Refusal as refusal:
        return str(refusal)
    stopped = reviews.stops(report, "report")
    obstacles = (
        (report.urgent, _("It is urgent: assess it alone.")),
        (report.worker not in {None, viewer.person.pk}, _("Somebody else works on it.")),
        (place is not Place.FIRST or standing(report).exists(), _("Somebody assessed it before.")),
        (len(items) > MOST_ITEMS, _("It has too many items.")),
        (any(known.waits(item) for item in items), _("Something in it is near to something known.")),
        (alike(report, items).items is None, _("Some of its items are known and others new.")),
        (stopped is not None, str(stopped)),
    )
    return next((str(words) for stands, words in obstacles if stands), "")


def sheet(viewer: Viewer, lines: Sequence[Line]) -> Sheet:
    """Return what the form of an assessment asks of reports that are alike, as if they were one without items."""
    items = [item for line in lines for item in line.items]
    return Sheet(
        report=lines[0].report,
        place=Place.FIRST,
        refused="",
        lines=[],
        more=0,
        done=0,
        shield=may_show(viewer),
        missing=None,
        review=None,
        scheme=schemes.of_desk(desk_of(viewer.organisation)),
        pictured=any(is_pictured(item) for item in items),
        can_rest=can_rest(items),
        before=[],
    )


@transaction.atomic
def conclude(viewer: Viewer, reason: Reason, lines: Sequence[Line], given: Judgement) -> list[Event | None]:
    """Conclude each of the reports with the same answers, or none; return what happened to each, in their order.

    Whoever looked at the whole looked at each file of each report, and declares that many; of a part, one file of each.

    Raises:
        Refusal: one of them cannot be concluded so; its code stands before the reason.
    """
    happened = []
    for line in sorted(lines, key=lambda one: one.report.pk):  # in one order for all, so that nobody locks up
        whole = max(len(line.items), 1) if given.extent is Extent.WHOLE else given.files
        try:
            happened.append(assess(viewer, reason, line.report, replace(given, files=whole)))
        except Refusal as refusal:
            raise Refusal(f"{line.report.code}: {refusal}") from refusal
    return happened
