"""Registration of this room: its part of a report's page, retention and nightly tasks."""

from __future__ import annotations


def register() -> None:
    """Register parts of pages, the retention of reports, and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_part
    from vaern.node.reports.ending.presenters import left_part
    from vaern.node.reports.ending.retention import RETENTION, erase_links
    from vaern.node.reports.models import Report
    from vaern.node.web.records import Tab

    register_part(Report.KIND, 5, left_part, tab=Tab.OVERVIEW)
    retention.register(RETENTION)
    each_night("forwards", erase_links)
