"""What this room brings: grades of a workstation come back to a list as votes."""

from __future__ import annotations


def register() -> None:
    """Make known how grades come back to a list."""
    from vaern.node.casework.workstations import kinds
    from vaern.node.lists.votes.graded import RETURNING

    kinds.register(RETURNING)
