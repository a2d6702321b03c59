"""The bytes of a file that comes in, on disk until they are read: a large list comes in pieces, one after another."""

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


def path_of(intake: UUID) -> Path:
    """Return where the file of an intake lies; only the node's own user reads it."""
    return Path(settings.CONFIGURATION.home) / "intakes" / str(intake)


def append(intake: UUID, piece: bytes, at: int) -> int:
    """Write a piece where it belongs; return how many bytes there are now. Sent again, it changes nothing.

    Raises:
        ValueError: bytes before it are missing.
    """
    path = path_of(intake)
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


def digest(intake: UUID) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path_of(intake).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(intake: UUID) -> None:
    """Remove a file; nothing happens if it is gone."""
    path_of(intake).unlink(missing_ok=True)


def left(older_than: float) -> list[UUID]:
    """Return the intakes of which files lie here that nobody wrote to since a moment, in seconds since 1970."""
    folder = path_of(UUID(int=0)).parent
    if not folder.is_dir():
        return []
    return [UUID(path.name) for path in folder.iterdir() if path.stat().st_mtime < older_than]


def remove_all(intakes: Iterable[UUID]) -> int:
    """Remove files; return how many."""
    gone = list(intakes)
    for intake in gone:
        remove(intake)
    return len(gone)
