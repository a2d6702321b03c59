"""Jobs of sources: whose time has come is fetched, one at a time for each list."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from vaern.node.base.jobs import by_clock, logged, once
from vaern.node.lists.models import ListSource
from vaern.node.lists.sources import acknowledging, fetching


@app.task(name="lists.sources.fetch")
def fetch(list: str) -> None:
    """Fetch what changed of a list. What fails is noted with the source, which says when it is asked again."""
    with logged("lists.sources.fetch") as ended:
        ended(fetching.fetch(UUID(list)))


def fetch_soon(id: UUID) -> None:
    """Fetch a list by a job, never twice at once; one that waits already is enough."""
    once(fetch, f"lists.source.{id}", list=str(id))


@by_clock("lists.sources.acknowledge", "* * * * *")
def acknowledge() -> int:
    """Acknowledge the signed releases of others that are taken and live here."""
    return acknowledging.acknowledge_all()


@by_clock("lists.sources.due", "*/5 * * * *")
def due() -> int:
    """Let every list be fetched whose time has come."""
    found = list(ListSource.everywhere.filter(next_at__lte=timezone.now()).order_by("next_at"))
    for source in found:
        fetch_soon(source.list_id)
    return len(found)
