"""How many different entries one person may hit a day by looking values up by hand: as many as a key, counted alike.

A page tells all or nothing, never an act alone: beyond the bound it refuses until midnight UTC. What was hit lies in a
file a person beside those of keys, as digests, and is forgotten the day after.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from django.conf import settings

from vaern.lookup import quota
from vaern.lookup.callers import Caller
from vaern.lookup.quota import DAY, Quotas, Standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from uuid import UUID

PEOPLE = "people"


def folder() -> Path:
    """Return where it is kept what people hit."""
    return settings.LISTS / quota.FOLDER / PEOPLE


def most() -> int:
    """Return how many different entries a person may hit a day; 0 for no bound."""
    return settings.CONFIGURATION.lookup_hits


def hit(person: UUID, marks: Collection[int], now: float) -> Standing:
    """Count the entries that a person's look-up hit, each once a day, and return how that person stands.

    Args:
        person: who looked up.
        marks: of the entries: see `quota.mark`.
        now: seconds since 1970.
    """
    # Opened anew for each look-up: a lock of the file then holds between threads as it does between processes.
    standing = Quotas(folder()).hit(Caller(key=person.hex, digest="", hits_per_day=most()), marks, now)
    if most():
        os.utime(folder() / person.hex)
    return standing


def forget() -> int:
    """Remove what was counted on days past; return of how many people."""
    old = [path for path in folder().glob("*") if path.stat().st_mtime < time.time() - DAY]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
