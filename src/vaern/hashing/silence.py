"""Keeping a C library from writing to the terminal."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere meanwhile.

    libtiff prints its complaints there itself and Pillow offers no way to stop it; Pillow raises on what matters.
    Where `/dev/null` may not be opened (a locked-down worker) nothing changes.
    """
    try:
        nowhere, kept = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    except OSError:
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
