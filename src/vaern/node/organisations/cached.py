"""The table of Django's database cache."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vaern.node.base.personal import Ends, Personal, Whom


class CacheEntry(models.Model):
    """What Django's database cache keeps, so that every process sees it: counts of attempts, codes that were used.

    The columns are those of `django.core.cache.backends.db`.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"cache_key": (Whom.STAFF,), "value": (Whom.STAFF,)})

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "organisations_cache"

    def __str__(self) -> str:
        return self.cache_key
