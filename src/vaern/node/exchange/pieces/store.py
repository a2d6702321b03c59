"""The bytes of files under way: one folder for each under the node's home, one sealed file for each piece.

Nothing here is believed: a piece that is missing, torn or of another file reads as none, and comes again.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

OUT, IN = "out", "in"

SPARE = 256_000_000
"""Bytes of the disk that are left for the database and everything else."""

SETTLED_AFTER = 3_600.0
"""Seconds after which a folder without a row is nobody's: before, its transaction may be open."""


def fresh_key() -> bytes:
    """Return the key of a file."""
    return AESGCM.generate_key(bit_length=256)


def folder(way: str) -> Path:
    """Return the folder of all files that go one way."""
    return settings.CONFIGURATION.home / "exchange" / "pieces" / way


def write(way: str, row: int, number: int, key: bytes, data: bytes) -> None:
    """Write a piece, sealed.

    A key seals each place of its file once, or again with the same bytes: so the place is the nonce.

    Raises:
        OSError: it cannot be written.
    """
    place = folder(way) / str(row)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = place / str(number)
    path.unlink(missing_ok=True)  # so that nothing is torn in which somebody reads
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(AESGCM(key).encrypt(_nonce(number), data, None))
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def read(way: str, row: int, number: int, key: bytes) -> bytes | None:
    """Return a piece; None if it is not there, or not what was written."""
    try:
        return AESGCM(key).decrypt(_nonce(number), (folder(way) / str(row) / str(number)).read_bytes(), None)
    except (OSError, InvalidTag, ValueError):
        return None


def remove(way: str, row: int) -> None:
    """Remove the pieces of a file."""
    shutil.rmtree(folder(way) / str(row), ignore_errors=True)


def remove_on_commit(way: str, row: int) -> None:
    """Remove the pieces of a file when the transaction is committed that ends it."""
    place = folder(way) / str(row)
    transaction.on_commit(lambda: shutil.rmtree(place, ignore_errors=True))


def has_room(size: int) -> bool:
    """Whether the disk holds so many bytes more, beside what it needs for everything else."""
    home = settings.CONFIGURATION.home
    return shutil.disk_usage(home).free >= SPARE + size


def strangers(way: str, rows: Collection[int]) -> Iterator[int]:
    """Yield the folders that are no row's, and have not been for a while."""
    try:
        found = list(os.scandir(folder(way)))
    except FileNotFoundError:
        return
    for one in found:
        with suppress(ValueError, FileNotFoundError):
            if int(one.name) not in rows and time.time() - one.stat().st_mtime > SETTLED_AFTER:
                yield int(one.name)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
