"""Jobs: lists on disk that fell behind are brought up to date, and matches follow the entries of lists."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, by_clock, logged
from vaern.node.lists.base import disk, standing


@by_clock("lists.follow", "* * * * *")
def follow() -> int:
    """Bring every list on disk up to its last change: what an act could not do, because a disk was full."""
    return disk.follow_all()


@app.task(name="lists.standing", retry=SAFE_TO_REPEAT)
def follow_standing(list: str) -> None:
    """Let matches with one list follow what became of its entries."""
    with logged("lists.standing") as ended:
        ended(standing.follow(UUID(list)))


@by_clock("lists.standing_behind", "* * * * *")
def follow_behind() -> int:
    """Let matches follow of every list that changed: what a job did not come to."""
    return standing.follow_behind()
