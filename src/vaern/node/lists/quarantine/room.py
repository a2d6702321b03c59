"""What this room brings: the end of counts of hits."""

from __future__ import annotations


def register() -> None:
    """Register the nightly task."""
    from vaern.node.base.jobs import each_night
    from vaern.node.lists.quarantine.watching import erase_hits

    each_night("counts of hits on entries", erase_hits)
