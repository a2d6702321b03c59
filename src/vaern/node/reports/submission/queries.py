"""Query of a report's submission. It is shown on the report's page, whose read is recorded there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.models import Submission

if TYPE_CHECKING:
    from vaern.node.reports.models import Report


def of_report(report: Report) -> Submission | None:
    """Return the submission by which a report came; None for one that came otherwise."""
    found: Submission | None = Submission.objects.filter(report=report).first()
    return found
