"""Background jobs after a survivor's act or a conclusion, so that response times reveal nothing."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged
from vaern.node.victims.wishes import hits


@app.task(name="victims.wishes.look", retry=SAFE_TO_REPEAT)
def look_for(wish: str) -> None:
    """Search stored data for a new wish."""
    with logged("victims.wishes.look") as ended:
        ended(hits.look_for(UUID(wish)))


@app.task(name="victims.wishes.spread", retry=SAFE_TO_REPEAT)
def spread(hashes: list[int]) -> None:
    """Update marks of all items whose hashes were confirmed, or no longer are."""
    with logged("victims.wishes.spread") as ended:
        ended(hits.spread(hashes))


@app.task(name="victims.wishes.tidy", retry=SAFE_TO_REPEAT)
def tidy() -> None:
    """Delete the hits and marks of ended wishes."""
    with logged("victims.wishes.tidy") as ended:
        ended(hits.tidy())
