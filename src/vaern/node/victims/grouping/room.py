"""What this room registers: retention, parts of pages, and unlinking from erased scans."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets and nightly tasks."""
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.retention.kinds import before_erasing
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.reports.models import Report
    from vaern.node.scans.models import Scan
    from vaern.node.victims.grouping.presenters import report_part, scan_offers, series_offers, sheet_part
    from vaern.node.victims.grouping.retention import RETENTION, unlink
    from vaern.node.victims.models import Series
    from vaern.node.web.records import Tab

    before_erasing(Scan, unlink)
    retention.register(RETENTION)
    register_offers(Series.KIND, 20, series_offers)
    register_part(Series.KIND, 15, sheet_part, "grouping", Tab.CONTENT)
    register_part(Report.KIND, 60, report_part, tab=Tab.CONTENT)
    register_offers(Scan.KIND, 20, scan_offers)
