"""The one table of `web`: the remaining allowance of each rate-limited key."""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """The requests a key had left at a moment; see `limits.py`. The table is unlogged: a crash empties it."""

    key = models.UUIDField(primary_key=True)
    left = models.FloatField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
