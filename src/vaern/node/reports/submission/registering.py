"""What this room makes known when the node starts: its part of a report's page."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets."""
    from vaern.node.reports.desk import parts
    from vaern.node.reports.submission.presenting import sheet_part

    parts.register(60, sheet_part)
