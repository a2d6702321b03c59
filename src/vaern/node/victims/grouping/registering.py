"""What this room makes known when the node starts: what is erased, its parts of pages."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.nightly import each_night
    from vaern.node.scans.actions import before_erasing
    from vaern.node.victims.grouping.erasing import erase_expired, unlink

    before_erasing(unlink)
    each_night("series", erase_expired)
