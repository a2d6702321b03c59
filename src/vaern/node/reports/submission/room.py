"""Registration of this room: its part of a report's page."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.reports.models import Report
    from vaern.node.reports.submission.presenters import sheet_part

    register_part(Report.KIND, 60, sheet_part)
