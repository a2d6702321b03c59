"""Large previews are computed as a job."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged


@app.task(name="alliance.preview", retry=SAFE_TO_REPEAT)
def compute_preview(preview: str) -> None:
    """Compute what a release would tell; after a crash, from the beginning."""
    from vaern.node.alliance.publishing import previews  # not before it is needed: it loads what solves systems

    with logged("alliance.preview") as ended:
        previews.compute(UUID(preview))
        ended(1)
