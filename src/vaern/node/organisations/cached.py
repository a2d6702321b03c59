"""The table of Django's database cache."""

from __future__ import annotations

from django.db import models


class CacheEntry(models.Model):
    """What Django's database cache keeps, so that every process sees it: counts of attempts, codes that were used.

    The columns are those of `django.core.cache.backends.db`.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "organisations_cache"

    def __str__(self) -> str:
        return self.cache_key
