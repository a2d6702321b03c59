"""Jobs: what rested on recalled entries."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, by_clock, each, logged
from vaern.node.lists.models import EntryRecall
from vaern.node.lists.recalls import tracing


@app.task(name="lists.recalls.trace", retry=SAFE_TO_REPEAT)
def trace_one(recall: str) -> None:
    """Write down what rested on one recalled entry."""
    with logged("lists.recalls.trace") as ended:
        ended(tracing.trace(UUID(recall)))


@by_clock("lists.recalls.trace_all", "*/5 * * * *")
def trace_all() -> int:
    """Write down what rested on the entries of many recalls at once, as a source sends them."""
    waiting = EntryRecall.everywhere.filter(traced_at=None).order_by("at").values_list("pk", flat=True)
    return each("lists.recalls.trace", waiting[:2_000], tracing.trace)
