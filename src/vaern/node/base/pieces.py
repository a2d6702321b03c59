"""Files that come in pieces, and lie on disk until they are read; beside each its faults, where these are kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 64 << 30
"""Bytes of a file at most."""

FAULTS = ".faults.csv"
"""How the name of a file of faults ends."""


class Folder:
    """A folder of the node's home with such files, each called by an id; only the node's own user reads them.

    Args:
        name: of the folder.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def path_of(self, id: UUID) -> Path:
        """Return where a file lies."""
        return Path(settings.CONFIGURATION.home) / self._name / str(id)

    def faults_of(self, id: UUID) -> Path:
        """Return where the faults of a file lie."""
        return self.path_of(id).with_name(f"{id}{FAULTS}")

    def append(self, id: UUID, piece: bytes, at: int) -> int:
        """Write a piece where it belongs; return how many bytes there are now. Sent again, it changes nothing.

        Raises:
            ValueError: bytes before it are missing.
        """
        path = self.path_of(id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            there = os.fstat(file.fileno()).st_size
            if at > there:
                raise ValueError(f"{there} bytes are there, and this piece begins at {at}")
            file.seek(at)
            file.write(piece)
            os.fsync(file.fileno())
            return max(there, at + len(piece))

    def digest(self, id: UUID) -> str:
        """Return the SHA-256 of a file, hexadecimal."""
        with self.path_of(id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remove(self, id: UUID) -> None:
        """Remove a file; nothing happens if it is gone."""
        self.path_of(id).unlink(missing_ok=True)

    def remove_faults(self, id: UUID) -> None:
        """Remove the faults of a file; nothing happens if they are gone."""
        self.faults_of(id).unlink(missing_ok=True)

    def left(self, older_than: float, *, faults: bool = False) -> set[UUID]:
        """Return the ids of which files, or faults alone, lie here that nobody wrote to since a moment.

        Args:
            older_than: the moment, in seconds since 1970.
            faults: of faults alone.
        """
        folder = self.path_of(UUID(int=0)).parent
        if not folder.is_dir():
            return set()
        lying = [path for path in folder.iterdir() if path.name.endswith(FAULTS) or not faults]
        return {UUID(path.name.removesuffix(FAULTS)) for path in lying if path.stat().st_mtime < older_than}

    def remove_all(self, ids: Iterable[UUID]) -> int:
        """Remove files with their faults; return how many."""
        gone = set(ids)
        for id in gone:
            self.remove(id)
            self.remove_faults(id)
        return len(gone)
