"""The files of a results folder: whole or not at all, for their owner's eyes, and named when they cannot be written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTIAL = ".part"
"""How the name of a file ends that is being written."""

_OWNER_ONLY = 0o600


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Say of an error of the system which file it is about: a full disk does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file so that a reader, or a loss of power, meets the old one or the new one and nothing between."""
    partial = path.with_name(path.name + PARTIAL)
    with naming(path):
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(descriptor, _OWNER_ONLY)
            yield stream
            stream.flush()
            os.fsync(descriptor)
        partial.replace(path)
