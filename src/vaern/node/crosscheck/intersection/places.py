"""Where the files of a pair lie: the secrets beside the node's keys, tags in a folder of their own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID


def secret_of(holder: UUID, asker: UUID) -> Path:
    """Return the file of the holder's secret towards an asker."""
    path: Path = settings.CONFIGURATION.home / "keys" / "deconfliction" / f"{holder}-{asker}"
    return path


def tags_of(holder: UUID, asker: UUID) -> Path:
    """Return the folder of what a holder evaluated for an asker, and of what the asker asked about."""
    path: Path = settings.CONFIGURATION.home / "deconfliction" / f"{holder}-{asker}"
    return path


def forget(folder: Path, but: int | None) -> int:
    """Remove the files of the epochs before one, or all; return how many files went.

    The next epoch's may be there: another node, whose clock is ahead, has begun it.
    """
    if but is None:
        count = sum(1 for _ in folder.glob("*"))
        shutil.rmtree(folder, ignore_errors=True)
        return count
    kept = {str(but), str(but + 1)}
    past = [path for path in folder.glob("*") if path.name.partition(".")[0] not in kept]
    for path in past:
        path.unlink(missing_ok=True)
    return len(past)
