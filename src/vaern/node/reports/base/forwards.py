"""Following forwards back to where a report began, and whether a copy was worked on. Jobs of the node: everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.reports.models import Assessment, Forward, Message, Report
from vaern.node.reports.rules import forwards as rules
from vaern.node.reports.rules.forwards import MOST_LINKS
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


def ancestors(forward: Forward) -> Iterator[Report]:
    """Yield the reports from which a forward was made, the latest first, as far as they still exist."""
    report_id = forward.report_id
    for _link in range(MOST_LINKS):
        report = Report.everywhere.filter(pk=report_id).first() if report_id else None
        if report is None:
            return
        yield report
        report_id = Forward.of(arrived=report).values_list("report_id", flat=True).first()


def passed_through(report_id: UUID) -> frozenset[UUID]:
    """Return the organisations through which a report passed, from its origin, including its own."""
    found = set(Report.everywhere.filter(pk=report_id).values_list("organisation_id", flat=True))
    start = report_id
    for _link in range(MOST_LINKS):
        came = Forward.everywhere.filter(arrived=start).values_list("organisation_id", "report_id").first()
        if came is None:
            break
        found.add(came[0])
        if came[1] is None:  # erased there: what else it was forwarded to is not known any more
            break
        start = came[1]
    level, seen = {start}, {start}
    for _link in range(MOST_LINKS):
        went = Forward.everywhere.filter(report__in=level).values_list("recipient_id", "arrived_id")
        found |= {recipient for recipient, _arrived in went}
        level = {arrived for _recipient, arrived in went if arrived} - seen
        seen |= level
        if not level:
            break
    return frozenset(found)


def is_repetition_of_own(forward: Forward) -> Report | None:
    """Return the recipient's own earlier report that this forward would return to it, or None."""
    found = None
    for report in ancestors(forward):
        if report.organisation_id == forward.recipient_id:
            found = report
    while found is not None and found.duplicate_of is not None:  # the first of them all
        found = found.duplicate_of
    return found


def kin(report: Report) -> list[UUID]:
    """Return the reports linked to a report by forwarding, in either direction."""
    came = Forward.of(arrived=report).first()
    before = list(ancestors(came)) if came else []
    after = Forward.of(report__in=[report, *before]).values_list("arrived", flat=True)
    return [*(one.pk for one in before), *(arrived for arrived in after if arrived and arrived != report.pk)]


def worked_on(report: Report) -> bool:
    """Whether a person has begun to work on a report, so that erasing it would destroy their work."""
    if report.touched_at or report.claimed_by_id or State(report.state) not in {State.ARRIVED, State.DUPLICATE}:
        return True
    return any(
        (
            Assessment.of(report=report).exists(),
            Forward.of(report=report).exists(),
            Message.of(report=report).filter(by__isnull=False).exists(),
        )
    )


def home_or_refuse(report: Report) -> None:
    """Refuse to close a report while its sender waits for an outcome; after a recall nobody waits.

    Raises:
        Refusal: it was forwarded here, and the outcome was not returned.
    """
    if sender_waits(report):
        raise Refusal(_("This report was forwarded to you: return an outcome to its sender before you close it."))


def sender_waits(report: Report) -> bool:
    """Whether a report was forwarded here, not recalled, and not answered yet."""
    found = Forward.of(arrived=report).filter(release__recalled_at=None).only("outcome", "safeguarded").first()
    return found is not None and not answered(found)


def answered(forward: Forward) -> bool:
    """Whether its sender has been given an outcome."""
    return rules.answered(forward.outcome, safeguarded=forward.safeguarded)
