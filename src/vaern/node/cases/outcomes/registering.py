"""What this room makes known when the node starts: its part of a case's page, and whose silence ends."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.cases.outcomes.actions import end_silences
    from vaern.node.cases.outcomes.presenting import sheet_part
    from vaern.node.cases.work import parts
    from vaern.node.nightly import each_night

    parts.register(75, sheet_part)
    each_night("silent cases", end_silences)
