"""What this room brings: its part of a report's page, and what is erased each night."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets, how a report ends, and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_part
    from vaern.node.reports.ending.presenters import left_part
    from vaern.node.reports.ending.retention import RETENTION, erase_links
    from vaern.node.reports.models import Report

    register_part(Report.KIND, 5, left_part)
    retention.register(RETENTION)
    each_night("forwards", erase_links)
