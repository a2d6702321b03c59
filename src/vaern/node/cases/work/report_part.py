"""What the page of a report says of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.cases.work import queries
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return in which cases a report is, and the way to open one: a part of its page, at its own desk."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.CASE_VIEW):
        return None
    return SheetPart(
        _("Cases"),
        "cases/work/report_part.html",
        {
            "cases": queries.cases_of(viewer, report),
            "report": report,
            "may_open": viewer.may(Permission.CASE_WORK),
        },
    )
