"""The manager of organisations that leaves out those of other nodes (ADR 0120)."""

from __future__ import annotations

from typing import Any

from django.db import models


class LivesHere(models.Manager[Any]):
    """The organisations of this node: whoever is chosen, works, or owns anything here is one of them."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Leave out those that live on other nodes."""
        return super().get_queryset().filter(node="")
