"""Jobs of feedback to sources: what is due is sent, one run at a time for each list."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from vaern.node.base.jobs import by_clock, logged, once
from vaern.node.lists.models import SourceFeedback
from vaern.node.lists.upward import sending


@app.task(name="lists.upward.send")
def send(list: str) -> None:
    """Send what the source of a list is to be told. What fails is noted with it, and says when it is tried again."""
    with logged("lists.upward.send") as ended:
        ended(sending.send(UUID(list)))


def send_soon(id: UUID) -> None:
    """Send what is due to the source of a list by a job, never twice at once; one that waits already is enough."""
    once(send, f"lists.upward.{id}", list=str(id))


@by_clock("lists.upward.due", "*/5 * * * *")
def due() -> int:
    """Let every source be told what is due."""
    waits = SourceFeedback.everywhere.filter(next_at__lte=timezone.now()).order_by().values_list("list", flat=True)
    found = list(waits.distinct())
    for id in found:
        send_soon(id)
    return len(found)
