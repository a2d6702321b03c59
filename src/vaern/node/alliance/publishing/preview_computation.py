"""Compute a preview: which cells are left out, and what is then published. Imports the solver."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.alliance.models import ReleasePreview
from vaern.node.alliance.publishing import contents, sources
from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.figures import stored
from vaern.node.alliance.rules.releases import Scope
from vaern.node.alliance.rules.suppression.protection import protect
from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.alliance.publishing.contents import Ground


TOLD_EACH = 0.5
"""Seconds between two notes of how far the computing is."""


def compute(id: UUID) -> None:
    """Compute a preview: decide what is left out, store what is then published. Of two runs, the first to end counts.

    Raises:
        Exception: whatever failed; the preview says that something did.
    """
    preview = _computed(id).first()
    if preview is None:
        return
    try:
        decide(id, contents.gather(scope_of(preview)))
    except Refusal:
        _computed(id).update(problem="changed", ready_at=timezone.now())
    except Exception:
        _computed(id).update(problem="failed", ready_at=timezone.now())
        raise


def _computed(id: UUID) -> QuerySet[ReleasePreview]:
    """Return the preview while it is computed: once somebody can have seen it, nothing of it changes."""
    return ReleasePreview.objects.filter(pk=id, ready_at=None)


def decide(id: UUID, ground: Ground) -> None:
    """Decide what a preview leaves out, and store what is then published."""
    left_out = protect(sources.told_before(), ground.tables, tell=_Note(id))
    content = contents.content(ground, left_out)
    _computed(id).update(
        content=stored(content),
        basis=sources.written(ground.tables.basis),
        digest=contents.digest(ground, content),
        left_out=[
            [cell.code, cell.row, periods.written(cell.period, cell.start), why.value]
            for cell, why in sorted(left_out.items())
        ],
        done=1.0,
        ready_at=timezone.now(),
    )


class _Note:
    """Saves the progress of a preview from time to time."""

    def __init__(self, id: UUID) -> None:
        self.id = id
        self.last = time.monotonic()

    def __call__(self, done: float) -> None:
        if time.monotonic() > self.last + TOLD_EACH:
            self.last = time.monotonic()
            _computed(self.id).update(done=done)


def scope_of(preview: ReleasePreview) -> Scope:
    """Return what a preview covers."""
    return Scope(preview.first, preview.last, preview.depth)  # type: ignore[arg-type]
