"""Large previews are computed as a job."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, logged


@app.task(name="alliance.preview", retry=SAFE_TO_REPEAT)
def compute_preview(preview: str) -> None:
    """Compute what a release would tell; after a crash, from the beginning."""
    # Not before it is needed: it loads what solves systems.
    from vaern.node.alliance.publishing import preview_computation

    with logged("alliance.preview") as ended:
        preview_computation.compute(UUID(preview))
        ended(1)
