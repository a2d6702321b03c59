"""Jobs: lists that follow wishes become what survivors wish now."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged
from vaern.node.lists.survivors import following


@app.task(name="lists.survivors.follow", retry=SAFE_TO_REPEAT)
def follow(wishes: list[str]) -> None:
    """Let every list of wishes that changed follow them."""
    with logged("lists.survivors.follow") as ended:
        ended(following.follow([UUID(wish) for wish in wishes]))


@app.task(name="lists.survivors.follow_all", retry=SAFE_TO_REPEAT)
def follow_all(list: str) -> None:
    """Let one list follow all wishes that it is made of: it was made, or its terms changed."""
    with logged("lists.survivors.follow_all") as ended:
        ended(following.bring(UUID(list)))
