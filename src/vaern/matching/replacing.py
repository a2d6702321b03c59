"""The folder of a list that changes: one writer at a time, one state for another, and away with what no state names."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vaern.matching import durable
from vaern.matching.current import CURRENT, PARTS, Current
from vaern.matching.packages import MANIFEST, ListPackageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.matching.lists import List

KEPT = 3600.0
"""Seconds for which a part stays that no state names any more: who reads a state opens its parts soon after."""


def replace_state(folder: Path, current: Current, before: List | None = None) -> Current:
    """Put a state in the place of the one there is, and note which parts were named until now."""
    named = {part.id for part in current.parts}
    for part in before.current.parts if before and before.current else ():
        if part.id not in named:
            os.utime(folder / PARTS / part.id)
    current = current.sealed()
    durable.replace(folder / CURRENT, current.written())
    return current


def remove_unnamed(folder: Path, current: Current) -> None:
    """Remove the parts, and what a killed writer left, that no state of the last hour named."""
    named = {part.id for part in current.parts}
    for path in (folder / PARTS).iterdir():
        if path.name not in named and time.time() - path.stat().st_mtime > KEPT:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the only one who changes a list."""
    if (folder / MANIFEST).exists():
        raise ListPackageError(f"{folder} is a package, which never changes: publish into another folder")
    (folder / PARTS).mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
