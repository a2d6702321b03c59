"""What this room brings: the folder of weights of the node's own."""

from __future__ import annotations


def register() -> None:
    """Register what this room brings."""
    from django.conf import settings

    from vaern.node.reports.rules import weights

    if settings.CONFIGURATION.law:
        weights.FOLDERS.append(settings.CONFIGURATION.law / "weights")
