"""Jobs after a survivor's own act, or a conclusion: nobody waits for them, and the time of no answer shows them."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged
from vaern.node.victims.wishes import hits


@app.task(name="victims.wishes.look", retry=SAFE_TO_REPEAT)
def look_for(wish: str) -> None:
    """Find what is held already of a wish that has just come."""
    with logged("victims.wishes.look") as ended:
        ended(hits.look_for(UUID(wish)))


@app.task(name="victims.wishes.spread", retry=SAFE_TO_REPEAT)
def spread(hashes: list[int]) -> None:
    """Mark what else has hashes that were confirmed, or are no longer."""
    with logged("victims.wishes.spread") as ended:
        ended(hits.spread(hashes))


@app.task(name="victims.wishes.tidy", retry=SAFE_TO_REPEAT)
def tidy() -> None:
    """Take the hits and the marks of a wish that was ended."""
    with logged("victims.wishes.tidy") as ended:
        ended(hits.tidy())
