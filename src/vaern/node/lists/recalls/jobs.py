"""Jobs: what rested on recalled entries."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, by_clock, each, in_turn, logged
from vaern.node.lists.models import EntryRecall
from vaern.node.lists.recalls import many, tracing

MOST, MOST_MATCHED = 20_000, 1_000
"""Recalls of one run: those whose entries nothing was matched with, and the others."""


@app.task(name="lists.recalls.trace", retry=SAFE_TO_REPEAT)
def trace_one(recall: str) -> None:
    """Write down what rested on one recalled entry."""
    with logged("lists.recalls.trace") as ended:
        ended(tracing.trace(UUID(recall)))


@by_clock("lists.recalls.trace_all", "* * * * *")
def trace_all() -> int:
    """Write down what rested on the entries of many recalls at once, as a source sends them."""
    quiet = in_turn("lists.recalls.trace", many.parts(MOST), many.trace_unmatched)
    waiting = EntryRecall.everywhere.filter(traced_at=None).order_by("at").values_list("pk", flat=True)
    return quiet + each("lists.recalls.trace", waiting[:MOST_MATCHED], tracing.trace)
