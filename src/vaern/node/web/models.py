"""The one table of pages and API: how much each key may still ask for."""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """How many requests a key has left, as of a moment; see `limits.py`. The table is unlogged: a crash empties it."""

    key = models.UUIDField(primary_key=True)
    left = models.FloatField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
