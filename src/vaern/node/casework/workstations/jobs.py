"""Jobs of documents that come back: reading one, taking it, and erasing those whose time is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, each, logged
from vaern.node.casework.workstations import actions, files, reading, taking
from vaern.node.casework.workstations.models import GradedDocument
from vaern.node.casework.workstations.rules import KEPT_FOR


@app.task(name="casework.graded.read", retry=SAFE_TO_REPEAT)
def read(document: str) -> None:
    """Read a document and compare it with its record."""
    with logged("casework.graded.read") as ended:
        ended(reading.read(UUID(document)))


@app.task(name="casework.graded.take", retry=SAFE_TO_REPEAT)
def take(document: str) -> None:
    """Take what a person decided to take of a document."""
    with logged("casework.graded.take") as ended:
        ended(taking.take(UUID(document)))


def erase_old() -> int:
    """Erase the documents whose time is over, and files whose document is gone, each night.

    Returns:
        How many went.
    """
    old = GradedDocument.everywhere.filter(started_at__lt=timezone.now() - KEPT_FOR)
    gone = each("casework.graded.old", old.order_by("started_at").values_list("pk", flat=True), actions.erase_old)
    lying = files.left((timezone.now() - timedelta(days=1)).timestamp())
    return gone + files.remove_all(
        lying - set(GradedDocument.everywhere.filter(pk__in=lying).values_list("pk", flat=True))
    )
