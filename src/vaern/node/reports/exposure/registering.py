"""What this room makes known when the node starts: cards, navigation, jobs."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.nightly import each_night
    from vaern.node.reports.exposure.actions import erase_expired

    each_night("exposure", erase_expired)
