"""Registration of this room: the node's own folder of weights."""

from __future__ import annotations


def register() -> None:
    """Register the node's own folder of weights."""
    from django.conf import settings

    from vaern.node.reports.rules import weights

    if settings.CONFIGURATION.law:
        weights.FOLDERS.append(settings.CONFIGURATION.law / "weights")
