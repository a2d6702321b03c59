"""The repository of signed releases in a backup: metadata, proposals, subscribers, and the files that were signed.

All of it, because none can be made anew: after a restore the lists on disk are written afresh, in other files than
those that several countries signed.
"""

from __future__ import annotations

import re
import shutil
import tarfile
import time
from typing import TYPE_CHECKING

from vaern.trust.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "releases"
"""In the node's data, and in a backup."""

_NAME = re.compile(rf"{FOLDER}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{{0,254}}){{1,8}}\Z")
"""A file of it; what begins with a point is a lock, or half written."""


def add(archive: tarfile.TarFile, home: Path) -> int:
    """Add the repository of a node to its backup, as it is at one moment; return how many files it has.

    Whoever would change it meanwhile waits.
    """
    place = home / FOLDER
    if not place.is_dir():
        return 0
    count = 0
    with Repository(place).writing():
        for path in sorted(place.rglob("*")):
            name = f"{FOLDER}/{path.relative_to(place).as_posix()}"
            if path.is_symlink() or not path.is_file() or not _NAME.match(name):
                continue
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = path.stat().st_size, 0o600, int(time.time())
            with path.open("rb") as file:
                archive.addfile(info, file)
            count += 1
    return count


def is_of(info: tarfile.TarInfo) -> bool:
    """Whether a member of a backup is a file of the repository."""
    return info.name.startswith(f"{FOLDER}/")


def take(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], first: tarfile.TarInfo | None, home: Path
) -> tarfile.TarInfo | None:
    """Write the repository into a data folder, and return the first member that is none of it.

    Raises:
        ValueError: a member would lie elsewhere, or is no file.
        tarfile.ReadError: one was cut short.
    """
    info = first
    while info is not None and is_of(info):
        if not _NAME.match(info.name) or not info.isreg():
            raise ValueError(info.name)
        path = home / info.name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(info)
        assert content is not None
        with path.open("xb") as file:
            shutil.copyfileobj(content, file)
            if file.tell() != info.size:
                raise tarfile.ReadError("cut short")
        info = next(members, None)
    return info
