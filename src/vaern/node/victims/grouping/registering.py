"""What this room makes known when the node starts: what is erased, its parts of pages, what scans have to let go of."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets and nightly tasks."""
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.retention.kinds import before_erasing
    from vaern.node.reports.desk import parts as report_parts
    from vaern.node.scans.models import Scan
    from vaern.node.scans.presenting import offer
    from vaern.node.victims.base import parts
    from vaern.node.victims.grouping.presenting import report_part, scan_link, sheet_part
    from vaern.node.victims.grouping.retention import RETENTION, unlink

    before_erasing(Scan, unlink)
    retention.register(RETENTION)
    parts.register(15, sheet_part)
    report_parts.register(60, report_part)
    offer(scan_link)
