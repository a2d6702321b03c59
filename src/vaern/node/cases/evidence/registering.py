"""What this room makes known when the node starts."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.cases.evidence.presenting import sheet_part
    from vaern.node.cases.work import parts

    parts.register(50, sheet_part)
