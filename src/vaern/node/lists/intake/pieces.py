"""What of intakes lies on disk: the bytes of a file until they are read, which come in pieces; beside it its faults."""

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


def path_of(intake: UUID) -> Path:
    """Return where the file of an intake lies; only the node's own user reads it."""
    return Path(settings.CONFIGURATION.home) / "intakes" / str(intake)


def faults_of(intake: UUID) -> Path:
    """Return where the faults of an intake's file lie (`intake.faults`)."""
    return path_of(intake).with_name(f"{intake}{FAULTS}")


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


def remove_faults(intake: UUID) -> None:
    """Remove the faults of a file; nothing happens if they are gone."""
    faults_of(intake).unlink(missing_ok=True)


def left(older_than: float, *, faults: bool = False) -> set[UUID]:
    """Return the intakes of which files, or faults alone, lie here that nobody wrote to since a moment.

    Args:
        older_than: the moment, in seconds since 1970.
        faults: of faults alone.
    """
    folder = path_of(UUID(int=0)).parent
    if not folder.is_dir():
        return set()
    lying = [path for path in folder.iterdir() if path.name.endswith(FAULTS) or not faults]
    return {UUID(path.name.removesuffix(FAULTS)) for path in lying if path.stat().st_mtime < older_than}


def remove_all(intakes: Iterable[UUID]) -> int:
    """Remove files with their faults; return of how many intakes."""
    gone = set(intakes)
    for intake in gone:
        remove(intake)
        remove_faults(intake)
    return len(gone)
