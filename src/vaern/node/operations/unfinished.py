"""Working folders of restores: locked while in use, and removed after a restore that was killed.

A restore holds a lock on the folder that it builds in. The kernel lets go of it when the process dies, however it dies,
so a folder whose lock is free was left by a restore that never came to its end.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.runtime.embedded import Embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_SECONDS = 5.0
"""For a folder to be gone; `initdb` takes less than one."""


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """Yield a new folder beside a data folder to build it in; what is left of it at the end is removed.

    Args:
        home: the data folder that is to be.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(home), dir=home.parent))
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():  # else somebody who clears away was faster than the lock
            break
        os.close(lock)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear(home: Path, say: Callable[[str], None]) -> int:
    """Remove what killed restores into a data folder left beside it, and stop their servers.

    Args:
        home: the data folder.
        say: is told of each, in a sentence.

    Returns:
        How many were removed.
    """
    cleared = 0
    for folder in _folders(home):
        with suppress(OSError), _abandoned(folder) as abandoned:
            if not abandoned:
                continue
            Embedded(folder / "database").stop_abandoned()
            if not _removed(folder):
                say(f"A restore was stopped before its end, and {folder} cannot be removed: remove it yourself.")
            else:
                say(f"A restore was stopped before its end: {folder} was removed.")
                cleared += 1
    return cleared


def _removed(folder: Path) -> bool:
    """Remove a folder, also from under a program that still works in it: `initdb` outlives whoever started it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _prefix(home: Path) -> str:
    return f".{home.name}.restoring-"


def _folders(home: Path) -> list[Path]:
    """Return the folders of our own beside a data folder that have such a name; no links, nobody else's."""
    try:
        beside = list(os.scandir(home.parent))
    except OSError:
        return []
    return sorted(
        Path(found.path)
        for found in beside
        if found.name.startswith(_prefix(home))
        and found.is_dir(follow_symlinks=False)
        and found.stat(follow_symlinks=False).st_uid == os.geteuid()
    )


@contextmanager
def _abandoned(folder: Path) -> Iterator[bool]:
    """Yield whether nobody builds in a folder, and keep it so."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(lock)
