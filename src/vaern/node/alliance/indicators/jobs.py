"""What the node does by the clock for the alliance: it keeps the values."""

from __future__ import annotations

from procrastinate.contrib.django import app

from vaern.node.alliance.indicators.computing import refresh


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="alliance.values", pass_context=False)
def values(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate's signature
    """Fold what is new in the ledger, and compute the values that it changed."""
    refresh()
