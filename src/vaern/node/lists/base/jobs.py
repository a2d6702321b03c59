"""Jobs: lists on disk that fell behind are brought up to date."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.lists.base import disk


@by_clock("lists.follow", "* * * * *")
def follow() -> int:
    """Bring every list on disk up to its last change: what an act could not do, because a disk was full."""
    return disk.follow_all()
