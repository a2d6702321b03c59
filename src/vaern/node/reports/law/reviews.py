"""Legal reviews: what the law stops, pending decisions. Stopped reports stay on the work list, as urgent as before.

The node itself stops reports that arrive on a ground not in force (`arrival.drafts`), and each night those whose
ground lapsed during the work on them (`lapses`). A person decides in `assessment.decisions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.reports.law import grounds
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import LegalReview, Report

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.viewers import Viewer


SEALED = "law"
"""The purpose under which a person's words of a legal review are sealed."""


def stops(report: Report, action: str, on: date | None = None) -> GroundMissing | None:
    """Return the missing ground that stops an action on a report today; None if it is allowed."""
    try:
        if action == "detect":
            grounds.check_detection(report)
        else:
            grounds.check_act(action, report, on)
    except GroundMissing as missing:
        return missing
    return None


def note(report: Report, missing: GroundMissing, before: str, viewer: Viewer | None = None) -> LegalReview:
    """Store what was stopped and why; without a viewer the node itself stopped it."""
    made: LegalReview = LegalReview.everywhere.create(
        report=report,
        organisation_id=report.organisation_id,
        action=missing.action,
        ground=missing.ground,
        on=missing.on,
        before=before,
        explained=str(missing),
        stopped_at=timezone.now(),
        stopped_by=viewer.person if viewer else None,
    )
    return made


def waiting(report: Report) -> LegalReview | None:
    """Return the pending legal review of a report."""
    found: LegalReview | None = LegalReview.of(report=report).filter(cleared__isnull=True).first()
    return found
